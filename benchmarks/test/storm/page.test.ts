import { expect, test } from 'vitest';
import { replaceMarked } from '../../src/storm/marked.ts';
import { element, text } from '../../src/storm/svg.ts';

test('a marked part of a page is replaced, and nothing else', () => {
  const page = 'before\n\n<!-- a -->\n\nold\n\n<!-- /a -->\n\nafter';
  expect(replaceMarked(page, 'a', 'new')).toBe('before\n\n<!-- a -->\n\nnew\n\n<!-- /a -->\n\nafter');
  expect(replaceMarked(replaceMarked(page, 'a', 'new'), 'a', 'old')).toBe(page);
});

test('a page without the mark is refused, by its name', () => {
  expect(() => replaceMarked('nothing', 'a', 'new')).toThrow('the page has no <!-- a --> … <!-- /a -->');
});

test('SVG is escaped, and its numbers have two places', () => {
  expect(element('g', { x: 1 / 3, 'font-family': '"A"' }, [text('text', {}, 'a < b & c')])).toBe(
    '<g x="0.33" font-family="&quot;A&quot;"><text>a &lt; b &amp; c</text></g>',
  );
});
