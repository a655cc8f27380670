import { exec, execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

// A test runner's wish for colours is not that of its child processes.
const { FORCE_COLOR: _force, NO_COLOR: _no, ...ENVIRONMENT } = process.env;

/** Runs a command in this package's folder, as a user would; tells what it printed. */
async function output(command: string): Promise<string[]> {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const { stdout, stderr } = await promisify(exec)(command, { cwd, env: ENVIRONMENT });
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

it('runs run.ts, whose third attempt succeeds', async () => {
  expect(await output('node run.ts')).toEqual(['attempt 1', 'attempt 2', 'attempt 3', 'hello Ada']);
});

it('runs function.ts, which tells of two retries by the name of the function', async () => {
  expect(await output('node function.ts')).toEqual([
    'getUser: retry 1 after Error: 503 Service Unavailable',
    'getUser: retry 2 after Error: 500 Internal Server Error',
    'hello Ada',
  ]);
});

it('runs method.ts, which tells of two retries by the name of the class and the method', async () => {
  expect(await output(manifest.scripts.method)).toEqual([
    'Users.get: retry 1 after Error: 503 Service Unavailable',
    'Users.get: retry 2 after Error: 500 Internal Server Error',
    'hello Ada',
  ]);
});

it('runs loop.ts, which takes a missing user for an answer', async () => {
  expect(await output('node loop.ts')).toEqual(['attempt 1', 'attempt 2', 'attempt 3', 'hello nobody']);
});

it('runs fetch.ts, which sends a POST again only with a key, and then the same', async () => {
  expect(await output('node fetch.ts')).toEqual([
    'GET: retry 1 after 503',
    'hello Ada',
    'order without a key: 503',
    'POST: retry 1 after TypeError: fetch failed',
    'order with a key: 201',
    'keys: order-1,order-1',
  ]);
});

describe('opentelemetry.ts', () => {
  const EXAMPLE = fileURLToPath(new URL('../opentelemetry.ts', import.meta.url));
  const MESSAGE = '503 Service Unavailable';
  /** The lines of pino for the events. */
  const LINES: Record<string, string> = {
    'stamina.retry.scheduled': 'stamina.retry_scheduled',
    'stamina.call.gave_up': 'stamina.gave_up',
    'stamina.call.recovered': 'stamina.recovered',
  };

  /** The events of each span that the SDK exported, by the name of the span. */
  const spans = new Map<string, { id: string; events: [name: string, attributes: object][] }>();
  let lines: Record<string, unknown>[];

  beforeAll(async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [EXAMPLE], { env: ENVIRONMENT });
    expect(stderr).toBe('');
    const printed = stdout.trim().split('\n');
    lines = printed.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    let name = '';
    for (const line of printed) {
      const [, span = '', id = ''] = /^(GET .*), span (\w{16})$/.exec(line) ?? [];
      if (span) {
        name = span;
        spans.set(name, { id, events: [] });
      }
      const [, event = '', attributes = ''] = /^ {2}(\S+) (.*)$/.exec(line) ?? [];
      if (event) spans.get(name)?.events.push([event, JSON.parse(attributes)]);
    }
  });

  const scheduled = (num: number) => [
    'stamina.retry.scheduled',
    {
      'stamina.callable': 'get',
      'stamina.attempts': num,
      'stamina.retry.num': num,
      'stamina.retry.wait': expect.any(Number),
      'error.type': '503',
    },
  ];

  it('has the retries and the recovery of a call as events of its span', () => {
    const duration = { 'stamina.call.duration': expect.any(Number) };
    expect(spans.get('GET /users')?.events).toEqual([
      scheduled(1),
      ['stamina.call.recovered', { 'stamina.callable': 'get', 'stamina.attempts': 2, ...duration }],
    ]);
  });

  it('has the give-up of a call that ran at the same time as an event of its own span', () => {
    expect(spans.get('GET /orders')?.events).toEqual([
      scheduled(1),
      scheduled(2),
      ['stamina.call.gave_up', expect.objectContaining({ 'stamina.attempts': 3, 'exception.message': MESSAGE })],
    ]);
  });

  it.each(['GET /users', 'GET /orders'])(
    'logs for %s what the events of its span say, with the ids of the span',
    (name) => {
      const { id, events } = spans.get(name) ?? { id: 'none', events: [] };
      const logged = lines.filter(({ span_id }) => span_id === id);
      expect(logged.map(({ msg }) => msg)).toEqual(events.map(([event]) => LINES[event]));
      expect(new Set(logged.map(({ trace_id }) => trace_id)).size).toBe(1);
      expect(logged[0]?.trace_id).toMatch(/^\w{32}$/);
    },
  );
});
