/** Puts a part of a page, between `<!-- name -->` and `<!-- /name -->`, in the place of what is there. */
export function replaceMarked(page: string, name: string, part: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(open), page.indexOf(close)];
  if (from === -1 || to < from) throw new Error(`the page has no ${open} … ${close}`);
  return `${page.slice(0, from)}${open}\n\n${part}\n\n${page.slice(to)}`;
}
