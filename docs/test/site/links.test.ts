import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pages } from './built-site.ts';

const html = new Map(Object.entries(pages).map(([path, file]) => [path, readFileSync(file, 'utf8')]));

/** Returns the links of a page within the site, as `path#anchor`. */
function linksOf(path: string): string[] {
  const hrefs = Array.from((html.get(path) as string).matchAll(/<a [^>]*href="([^"]+)"/g), ([, href = '']) => href);
  return hrefs
    .map((href) => new URL(href, `http://site${path}`))
    .filter(({ host, protocol }) => host === 'site' && protocol === 'http:')
    .map(({ pathname, hash }) => pathname + decodeURIComponent(hash));
}

test.each(Object.keys(pages))('every link of %s leads to a page, and to a place on it', (path) => {
  const dead = linksOf(path).filter((link) => {
    const [page = '', anchor] = link.split('#');
    const target = html.get(page);
    return target === undefined || (anchor !== undefined && !target.includes(`id="${anchor}"`));
  });
  expect(dead).toEqual([]);
});
