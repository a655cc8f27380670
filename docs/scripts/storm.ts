// Writes the page of the retry storm from its README: its pictures follow the theme of the site, and what leads to
// elsewhere in the repository leads there.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = join(import.meta.dirname, '..');
const REPOSITORY = 'https://github.com/stamina-ts/stamina/tree/main';

const PICTURE = /<picture>\s*<source [^>]*srcset="([^"]+)">\s*<img src="([^"]+)"[^>]* alt="([^"]+)">\s*<\/picture>/g;

/** An image for each theme; which of them is seen is up to the style of the site. */
function twins(_picture: string, dark: string, light: string, alt: string): string {
  const image = (file: string, theme: string): string =>
    `<img class="only-${theme}" src="../../benchmarks/storm/${file}" alt="${alt}">`;
  return `${image(light, 'light')}${image(dark, 'dark')}`;
}

const readme = readFileSync(join(DOCS, '../benchmarks/storm/README.md'), 'utf8');
const page = readme.replaceAll(PICTURE, twins).replaceAll('](../../', `](${REPOSITORY}/`);
if (/<picture/.test(page)) throw new Error('a picture in benchmarks/storm/README.md is not written as expected');
writeFileSync(
  join(DOCS, 'guide/storm.md'),
  `---\naside: false\ndescription: What 100,000 clients that retry do to a server, and what a retry budget changes.\n---\n\n${page}`,
);
