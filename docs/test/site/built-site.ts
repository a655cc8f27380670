import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const DIST = join(import.meta.dirname, '../../.vitepress/dist');
if (!existsSync(DIST)) throw new Error('the site is not built: run `pnpm run docs site`');

const files = readdirSync(DIST, { recursive: true, encoding: 'utf8', withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name).slice(DIST.length))
  .sort();

/** The pages, by the path that leads to them. */
export const pages: Readonly<Record<string, URL>> = Object.fromEntries(
  files.filter((file) => file.endsWith('.html') && file !== '/404.html').map((file) => [pathOf(file), urlOf(file)]),
);

/** All that the site serves, by path. */
export const served: Readonly<Record<string, URL>> = {
  ...Object.fromEntries(files.map((file) => [file, urlOf(file)])),
  ...pages,
};

function urlOf(file: string): URL {
  return pathToFileURL(join(DIST, file));
}

/** Without the ending of the file, as links have it. */
function pathOf(file: string): string {
  return file.replace(/(index)?\.html$/, '');
}
