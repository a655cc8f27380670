// Opens a page that Vite built and serves in a real browser. The page calls a server of another origin, which fails twice.
import assert from 'node:assert/strict';
import test from 'node:test';
import { flakyServer } from '@stamina/testing';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

const QUIET =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const CORS = { 'access-control-allow-origin': '*' };

test('the page gets its user in spite of a 503 and a closed connection', async (t) => {
  const api = await flakyServer([
    { status: 503, headers: CORS },
    { close: true },
    { headers: CORS, body: '{"name":"Ada"}' },
  ]);
  t.after(() => api.close());
  const site = await preview({ preview: { host: '127.0.0.1', port: 0 }, logLevel: 'error' });
  t.after(() => site.close());
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: QUIET.split(' ') });
  t.after(() => browser.close());

  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`http://127.0.0.1:${site.httpServer.address().port}/?api=${encodeURIComponent(api.url)}`);
  await page.getByText('Ada').waitFor({ timeout: 30_000 });
  assert.equal(await page.locator('#retries').textContent(), '3 retries');
  assert.deepEqual(errors, []);
  assert.equal(new Set(api.requests.map(({ headers }) => headers.origin)).size, 1);
});
