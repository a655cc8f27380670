import { describe, expect, test } from 'vitest';
import { hasBrowser, IN_A_BROWSER, openPage } from '../../../../vitest.runtimes.ts';
import { PROMISES } from './smoke.js';
import { smokeServer } from './smoke-server.ts';

const kept = Object.fromEntries(PROMISES.map((promise) => [promise, 'ok']));

const imports = JSON.stringify({ imports: { '@stamina/core': '/core.js' } });
const files: Record<string, string | URL> = {
  '/': `<!doctype html><title>fetch</title><link rel="icon" href="data:,"><script type="importmap">${imports}</script>`,
  '/smoke.js': new URL('smoke.js', import.meta.url),
  '/core.js': new URL('../../../core/dist/index.js', import.meta.url),
  '/fetch.js': new URL('../../dist/index.js', import.meta.url),
};

describe.skipIf(!hasBrowser)(IN_A_BROWSER, () => {
  test('fetch keeps its promises', async () => {
    const [{ page, load, close }, server] = [await openPage(files), await smokeServer()];
    try {
      await load();
      // A source rather than a function: it is the page's, and knows of nothing here.
      const main = `(async () => {
        const [fetch, { smoke }] = await Promise.all([import('/fetch.js'), import('/smoke.js')]);
        return smoke(fetch, ${JSON.stringify(server)}, { tellsUnsent: false, tellsLoops: false, sendsStreams: false });
      })()`;
      expect(await page.evaluate(main)).toEqual(kept);
    } finally {
      await close();
      await server.close();
    }
  });
});
