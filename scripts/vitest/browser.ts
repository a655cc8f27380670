// Opens a page in a real browser, for tests of code that runs in one.
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const hasBrowser: boolean = existsSync(CHROMIUM);
export const IN_A_BROWSER = `in a browser (skipped where ${CHROMIUM} is missing: apt-get install chromium)`;

/** A page of a browser. Add listeners to the page, then `load` it from `/`. `close` ends the browser and the server. */
export interface BrowserPage {
  readonly page: Page;
  load(): Promise<unknown>;
  close(): Promise<void>;
}

/** The content types of files that are not HTML, by extension. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/** Opens a page that may load `files`, which has the text or the file for each path. */
export async function openPage(
  files: Readonly<Record<string, string | URL>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<BrowserPage> {
  const server = createServer((request, response) => {
    const [url = '/'] = (request.url ?? '/').split('?');
    const found = files[url];
    response.writeHead(found === undefined ? 404 : 200, {
      'content-type': CONTENT_TYPES[extname(url)] ?? 'text/html',
      ...headers,
    });
    response.end(found instanceof URL ? readFileSync(found) : found);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  const page = await browser.newPage();
  return {
    page,
    load: () => page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    async close() {
      await browser.close();
      server.close();
    },
  };
}
