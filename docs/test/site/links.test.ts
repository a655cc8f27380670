import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Returns the links of `linksOf` that lead nowhere. */
function deadOf(links: readonly string[]): string[] {
  return links.filter((link) => {
    const [page = '', anchor] = link.split('#');
    const target = html.get(page);
    return target === undefined || (anchor !== undefined && !target.includes(`id="${anchor}"`));
  });
}

test.each(Object.keys(pages))('every link of %s leads to a page, and to a place on it', (path) => {
  expect(deadOf(linksOf(path))).toEqual([]);
});

const ROOT = join(import.meta.dirname, '../../..');
const texts = ['README.md', ...readdirSync(join(ROOT, 'packages')).flatMap(filesOf)].filter((path) =>
  existsSync(join(ROOT, path)),
);

/** The files of a package that link to the site. */
function filesOf(folder: string): string[] {
  return [`packages/${folder}/README.md`, `packages/${folder}/package.json`];
}

test.each(texts)('every link of %s to the site leads to a page, and to a place on it', (path) => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const links = Array.from(
    text.matchAll(/https:\/\/stamina-ts\.github\.io\/stamina([^)"\s]*)/g),
    ([, link = '']) => link,
  );
  expect(deadOf(links)).toEqual([]);
});
