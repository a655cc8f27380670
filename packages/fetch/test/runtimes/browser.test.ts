import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { PROMISES } from './smoke.js';
import { smokeServer } from './smoke-server.ts';

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

const kept = Object.fromEntries(PROMISES.map((promise) => [promise, 'ok']));

const imports = JSON.stringify({ imports: { '@stamina/core': '/core.js' } });
const files: Record<string, string | URL> = {
  '/': `<!doctype html><title>fetch</title><link rel="icon" href="data:,"><script type="importmap">${imports}</script>`,
  '/smoke.js': new URL('smoke.js', import.meta.url),
  '/core.js': new URL('../../../core/dist/index.js', import.meta.url),
  '/fetch.js': new URL('../../dist/index.js', import.meta.url),
};

function serve(): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const found = files[url];
    response.writeHead(found === undefined ? 404 : 200, {
      'content-type': url.endsWith('.js') ? 'text/javascript' : 'text/html',
    });
    response.end(found instanceof URL ? readFileSync(found) : found);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe.skipIf(!existsSync(CHROMIUM))(
  `in a browser (skipped where ${CHROMIUM} is missing: apt-get install chromium)`,
  () => {
    test('fetch keeps its promises', async () => {
      const [server, smoke] = [await serve(), await smokeServer()];
      const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
      try {
        const page = await browser.newPage();
        await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
        // A source rather than a function: it is the page's, and knows of nothing here.
        const main = `(async () => {
          const [fetch, { smoke }] = await Promise.all([import('/fetch.js'), import('/smoke.js')]);
          return smoke(fetch, ${JSON.stringify(smoke)}, { tellsUnsent: false, tellsLoops: false, sendsStreams: false });
        })()`;
        expect(await page.evaluate(main)).toEqual(kept);
      } finally {
        await browser.close();
        server.close();
        await smoke.close();
      }
    });
  },
);
