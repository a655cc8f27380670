import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BrowserPage, hasBrowser, IN_A_BROWSER, openPage } from '../../../../vitest.runtimes.ts';
import { PROMISES } from './smoke.js';

const kept = Object.fromEntries(PROMISES.map((promise) => [promise, 'ok']));

/** What the page loads; a worker may block only in a page that is isolated from other origins. */
const files: Record<string, string | URL> = {
  '/': '<!doctype html><title>core</title><link rel="icon" href="data:,">',
  '/smoke.js': new URL('smoke.js', import.meta.url),
  '/core.js': new URL('../../dist/index.js', import.meta.url),
  '/sync.js': new URL('../../dist/sync.js', import.meta.url),
  '/thread.js': `
    import * as core from './core.js';
    import { smoke } from './smoke.js';
    import * as sync from './sync.js';
    postMessage(await smoke(core, sync, { canBlock: true }));`,
};

describe.skipIf(!hasBrowser)(IN_A_BROWSER, () => {
  let browser: BrowserPage;
  const errors: string[] = [];

  beforeAll(async () => {
    browser = await openPage(files, {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    browser.page.on('pageerror', (error) => errors.push(String(error)));
    browser.page.on('console', (message) => errors.push(message.text()));
    await browser.load();
  });
  afterAll(() => browser?.close());

  // Sources rather than functions: they are the page's, and know of nothing here.
  const main = `(async () => {
    const [core, sync, { smoke }] = await Promise.all([import('/core.js'), import('/sync.js'), import('/smoke.js')]);
    return smoke(core, sync, { canBlock: false });
  })()`;
  const thread = `new Promise((resolve, reject) => {
    const worker = new Worker('/thread.js', { type: 'module' });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  })`;
  const broken = `(async () => {
    const { retry, setRetryHooks } = await import('/core.js');
    setRetryHooks([function broken() { throw new Error('the very cause'); }]);
    const result = await retry({ on: Error, waitMax: 0 }).run(async ({ num }) => {
      if (num < 3) throw new Error('not yet');
      return num;
    });
    setRetryHooks([]);
    return result;
  })()`;

  test('core keeps its promises on the main thread, which cannot block', async () => {
    expect(await browser.page.evaluate(main)).toEqual(kept);
    expect(errors).toEqual([]);
  });

  test('core keeps its promises in a worker, which can', async () => {
    expect(await browser.page.evaluate(thread)).toEqual(kept);
    expect(errors).toEqual([]);
  });

  test('a broken hook is told of on the console, once', async () => {
    expect(await browser.page.evaluate(broken)).toBe(3);
    expect(errors.splice(0)).toEqual([expect.stringMatching(/broken.*the very cause/s)]);
  });
});
