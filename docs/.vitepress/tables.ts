import type { MarkdownRenderer } from 'vitepress';

/**
 * Marks tables for narrow screens, where `style.css` shows them in one of two ways. Rows of text become cards, so each cell
 * gets the head of its column as `data-label`. Tables with numbers or with many columns scroll below their first column.
 */
export function markTables(md: MarkdownRenderer): void {
  // That of VitePress knows no attributes. The index lets the keyboard scroll a table.
  md.renderer.rules.table_open = (tokens, index, options, _, renderer) => {
    tokens[index]?.attrSet('tabindex', '0');
    return renderer.renderToken(tokens, index, options);
  };
  md.core.ruler.push('tables', ({ tokens }) => {
    tokens.forEach((table, start) => {
      if (table.type !== 'table_open') return;
      const end = tokens.findIndex(({ type }, index) => index > start && type === 'table_close');
      const own = tokens.slice(start, end);
      const heads = own.filter(({ type }) => type === 'th_open');
      const hasNumbers = heads.some((head) => head.attrGet('style') !== null);
      if (heads.length < (hasNumbers ? 4 : 3)) return;
      const scrolls = hasNumbers || heads.length > 4;
      table.attrJoin('class', scrolls ? 'scrolls' : 'cards');
      if (scrolls) return;
      const labels = heads.map((head) => textOf(own[own.indexOf(head) + 1]?.children ?? []));
      own
        .filter(({ type }) => type === 'td_open')
        .forEach((cell, index) => {
          const label = labels[index % labels.length];
          if (label) cell.attrSet('data-label', label);
        });
    });
  });
}

/** Returns the text of a cell, without its markup. */
function textOf(parts: readonly { readonly content: string }[]): string {
  return parts.map(({ content }) => content).join('');
}
