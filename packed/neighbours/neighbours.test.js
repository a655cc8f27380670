// What runs beside our fetch, and changes the global one, or stands in for it: it still retries, and doubles no POST.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import test, { describe } from 'node:test';
import { promisify } from 'node:util';
import { flakyServer } from '@stamina/testing';
import { build } from 'esbuild';

const run = async (...args) => {
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 120_000 });
  return stdout;
};

/** Runs a program in a process of its own, because many neighbours change the whole process. It calls `report` at last. */
async function runProgram(program, ...args) {
  const report = `const report = (value) => process.stdout.write('\\nRESULT' + JSON.stringify(value), () => process.exit());`;
  const quick = `import { retryingFetch } from '@stamina/fetch';
    const quickFetch = (options) => retryingFetch({ waitInitial: 0, waitJitter: 0, ...options });`;
  const output = await run(
    '--input-type=module',
    '--no-warnings',
    '--eval',
    `${quick}\n${report}\n${program}`,
    ...args,
  );
  return JSON.parse(output.slice(output.lastIndexOf('RESULT') + 'RESULT'.length));
}

const CALLS = `
  const url = process.argv[1];
  const counting = { calls: 0 };
  const refused = (...args) => (counting.calls++, globalThis.fetch(...args));
  const fetch = quickFetch(options);
  const answer = await (await fetch(url)).text();
  const post = (await fetch(url + '/post', { method: 'POST', body: 'cargo' })).status;
  await quickFetch({ fetch: refused })('http://127.0.0.1:4', { method: 'POST', body: 'cargo' }).catch(() => {});
  const reason = await fetch(url + '/hang', { signal: AbortSignal.timeout(100) }).catch(({ name }) => name);
  report({ answer, post, refused: counting.calls, reason, after: await after() });`;

/** The programs that set up what observes or replaces the global `fetch`. */
const INSTRUMENTATIONS = {
  OpenTelemetry: `
    import { registerInstrumentations } from '@opentelemetry/instrumentation';
    import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
    import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
    const exporter = new InMemorySpanExporter();
    const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    registerInstrumentations({ tracerProvider, instrumentations: [new UndiciInstrumentation()] });
    const options = {};
    // Each attempt is a span.
    const after = async () => exporter.getFinishedSpans().length >= 4;`,
  Datadog: `
    import tracer from 'dd-trace';
    tracer.init({ startupLogs: false, telemetry: false, remoteConfig: { pollInterval: 0 } });
    const options = {};
    const after = async () => true;`,
  'node-fetch': `
    import nodeFetch from 'node-fetch';
    const options = { fetch: nodeFetch };
    const after = async () => true;`,
};

/** A test for Jest and for Vitest. */
const MOCK = `import { retryingFetch } from '@stamina/fetch';

const { fn } = import.meta.jest ?? globalThis.vi;
const user = { id: 7 };

test('a mock that returns plain objects is retried', async () => {
  const mock = fn()
    .mockResolvedValueOnce({ ok: false, status: 503 })
    .mockRejectedValueOnce(
      new TypeError('fetch failed', { cause: Object.assign(new Error('lost'), { code: 'ECONNRESET' }) }),
    )
    .mockResolvedValue({ ok: true, json: async () => user });
  const fetch = retryingFetch({ fetch: mock, waitInitial: 0, waitJitter: 0 });
  const response = await fetch('http://api.test/users/7');
  expect(await response.json()).toBe(user);
  expect(mock).toHaveBeenCalledTimes(3);
});
`;

describe('beside', () => {
  for (const [name, setUp] of Object.entries(INSTRUMENTATIONS)) {
    test(name, async () => {
      const counts = new Map();
      await using server = await flakyServer(({ path }) => {
        const count = (counts.get(path) ?? 0) + 1;
        counts.set(path, count);
        if (path === '/post') return { status: 503 };
        if (path === '/hang') return { hang: true };
        return [{ status: 503 }, { reset: true }][count - 1] ?? { body: 'hello' };
      });
      const result = await runProgram(setUp + CALLS, server.url);
      assert.deepEqual(result, { answer: 'hello', post: 503, refused: 4, reason: 'TimeoutError', after: true });
      assert.deepEqual([counts.get('/'), counts.get('/post')], [3, 1]);
      // Datadog gives each attempt a span of its own.
      const traces = new Set(server.requests.map(({ headers }) => headers['x-datadog-trace-id']));
      assert.equal(traces.size, name === 'Datadog' ? server.requests.length : 1);
    });
  }
});

/** The programs that answer in place of a server: 503, then a lost connection, then 200. */
const MOCKS = {
  msw: `
    import { http, HttpResponse } from 'msw';
    import { setupServer } from 'msw/node';
    let calls = 0;
    const answers = () => [new HttpResponse(null, { status: 503 }), HttpResponse.error()][calls++] ?? HttpResponse.text('hello');
    setupServer(http.get('https://api.test/', answers), http.post('https://api.test/', () => new HttpResponse(null, { status: 503 }))).listen();`,
  nock: `
    import nock from 'nock';
    nock('https://api.test').get('/').reply(503).get('/').replyWithError(Object.assign(new Error('lost'), { code: 'ECONNRESET' })).get('/').reply(200, 'hello').post('/').reply(503);`,
  "undici's MockAgent": `
    import { MockAgent, setGlobalDispatcher } from 'undici';
    const agent = new MockAgent();
    agent.disableNetConnect();
    setGlobalDispatcher(agent);
    const pool = agent.get('https://api.test');
    pool.intercept({ path: '/' }).reply(503);
    pool.intercept({ path: '/' }).replyWithError(Object.assign(new Error('lost'), { code: 'ECONNRESET' }));
    pool.intercept({ path: '/' }).reply(200, 'hello');
    pool.intercept({ path: '/', method: 'POST' }).reply(503);`,
};

describe('with answers of', () => {
  for (const [name, setUp] of Object.entries(MOCKS)) {
    test(name, async () => {
      const calls = `
        const answer = await (await quickFetch()('https://api.test/')).text();
        const post = await quickFetch()('https://api.test/', { method: 'POST', body: 'cargo' });
        report([answer, post.status]);`;
      assert.deepEqual(await runProgram(setUp + calls), ['hello', 503]);
    });
  }

  // Mocks often return plain objects, which lack headers and whatever else a test does not need.
  writeFileSync('mock.spec.js', MOCK);

  test('a mock of Jest', async () => {
    await run(
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--config',
      '{"transform":{}}',
      'mock.spec.js',
    );
  });

  test('a mock of Vitest', async () => {
    await run('node_modules/vitest/vitest.mjs', 'run', '--globals', 'mock.spec.js');
  });
});

test("axios' fetch adapter retries with our fetch", async () => {
  await using server = await flakyServer([{ status: 503 }, { reset: true }, { body: 'hello' }]);
  const program = `
    import axios from 'axios';
    const client = axios.create({ adapter: 'fetch', env: { fetch: quickFetch() } });
    report((await client.get(process.argv[1])).data);`;
  assert.equal(await runProgram(program, server.url), 'hello');
  assert.equal(server.requests.length, 3);
});

const { hasBrowser, IN_A_BROWSER, openPage } = await import(`${process.env.REPOSITORY}/scripts/vitest/browser.ts`);

describe('on a page', { skip: !hasBrowser && IN_A_BROWSER }, () => {
  for (const sentry of ['sentry-9', 'sentry-10', '@sentry/browser']) {
    test(`with ${sentry}`, async () => {
      const program = `
        import * as Sentry from '${sentry}';
        import { retryingFetch } from '@stamina/fetch';
        Sentry.init({ dsn: 'http://key@127.0.0.1:4/1', sendClientReports: false, transport: () => ({ send: async () => ({}), flush: async () => true }) });
        globalThis.call = async (url) => {
          const errors = [];
          const fetch = retryingFetch({ waitInitial: 0, waitJitter: 0, onRetry: ({ causedBy }) => errors.push(causedBy.message) });
          const answer = await (await fetch(url)).text();
          return { answer, errors };
        };`;
      const { outputFiles } = await build({
        stdin: { contents: program, resolveDir: import.meta.dirname },
        bundle: true,
        format: 'esm',
        write: false,
      });
      const headers = { 'access-control-allow-origin': '*' };
      await using server = await flakyServer([
        { status: 503, headers },
        { close: true },
        { close: true },
        { body: 'hello', headers },
      ]);
      const { page, load, close } = await openPage({
        '/': '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/program.js"></script>',
        '/program.js': outputFiles[0].text,
      });
      try {
        await load();
        const { answer, errors } = await page.evaluate(`call('${server.url}')`);
        assert.equal(answer, 'hello');
        // Sentry appends the host.
        assert.match(errors.at(-1), /^Failed to fetch \(127/);
      } finally {
        await close();
      }
    });
  }
});
