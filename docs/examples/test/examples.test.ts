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

describe('demo.ts', () => {
  const DEMO = fileURLToPath(new URL('../demo.ts', import.meta.url));
  const CLIENTS = ['loadUser', 'getOrder', 'readNews', 'search', 'pay'];
  const COLUMNS = ['calls', 'atOnce', 'recovered', 'gaveUp', 'notRetried', 'attempts'] as const;
  type Row = Record<(typeof COLUMNS)[number], number>;

  let output: string;

  beforeAll(async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [DEMO], { env: ENVIRONMENT });
    output = stdout;
    expect(stderr).toBe('');
  });

  function row(title: string): Row {
    const line = output.split('\n').find((line) => new RegExp(`^${title} +\\d`).test(line));
    const figures = line?.slice(title.length).trim().split(/ +/).map(Number) ?? [];
    return Object.fromEntries(COLUMNS.map((column, index) => [column, figures[index] ?? NaN])) as Row;
  }

  /** Counts the lines of the live part, with retries, that have this text for this client. */
  function told(client: string, what: string): number {
    const [, live = ''] = /\nWith retries\n([\s\S]*)\nThe same load/.exec(output) ?? [];
    return live.split('\n').filter((line) => line.includes(` ${client} `) && line.includes(what)).length;
  }

  /** Counts the attempts that timed out without retries. On a busy machine, some of them never reached the server. */
  function timedOutOnce(): number {
    const [, live = ''] = /\nThe same load([\s\S]*)\nSummary\n/.exec(output) ?? [];
    return live.split('\n').filter((line) => line.includes(' timed out')).length;
  }

  describe('the demo', () => {
    it('fits into 80 columns, all but the metrics', () => {
      const lines = output.split('\n').filter((line) => !line.includes('stamina_'));
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    });

    it('writes plain text to a pipe', () => {
      expect(output).toMatch(/^stamina: /);
      expect(output).not.toContain('\u001b');
    });

    it.each([...CLIENTS, 'all', 'all, without retries'])('accounts for every call in row `%s`', (title) => {
      const { calls, atOnce, recovered, gaveUp, notRetried } = row(title);
      expect(calls).toBeGreaterThan(0);
      expect(atOnce + recovered + gaveUp + notRetried).toBe(calls);
    });

    it.each(CLIENTS)('has the server receive an attempt for each call and each retry of %s', (client) => {
      const { calls, attempts } = row(client);
      const retries = told(client, '↻ retry ');
      expect(retries).toBeGreaterThan(0);
      // On a busy machine, a wait may end after the `timeout` of its call, so that the retry that was announced never
      // begins. An attempt may also time out before its request has reached the server.
      const unsent = told(client, 'gave up: timeout') + told(client, ' timed out');
      expect(attempts).toBeLessThanOrEqual(calls + retries);
      expect(attempts).toBeGreaterThanOrEqual(calls + retries - unsent);
    });

    it.each(CLIENTS)('tells live of each call of %s that recovers or fails', (client) => {
      const { recovered, gaveUp, notRetried } = row(client);
      expect(told(client, 'recovered')).toBe(recovered);
      expect(told(client, 'gave up')).toBe(gaveUp);
      expect(told(client, 'not retried')).toBe(notRetried);
    });

    it('adds the clients up', () => {
      const rows = CLIENTS.map(row);
      for (const column of COLUMNS) {
        expect(rows.reduce((sum, { [column]: figure }) => sum + figure, 0)).toBe(row('all')[column]);
      }
    });

    it('shows live what is logged, at its level', () => {
      const live = output.slice(output.indexOf('\nWith retries\n'), output.indexOf('\nSummary\n'));
      const lines = live.split('\n').filter((line) => /^ *\d+\.\d\d s /.test(line));
      expect(lines.filter((line) => line.includes('↻ retry ')).length).toBeGreaterThan(20);
      for (const line of lines) {
        const level = line.includes('↻ retry ') ? ' WARN' : line.includes('✓ recovered') ? ' INFO' : 'ERROR';
        expect(line).toMatch(new RegExp(`^ *\\d+\\.\\d\\d s ${level}: \\w+ +/\\w+/\\d+ +[↻✓✗] `));
      }
    });

    it('shows every way that a call ends', () => {
      expect(row('loadUser').notRetried).toBe(1);
      for (const client of CLIENTS) expect(row(client).recovered).toBeGreaterThan(0);
      for (const reason of ['unmatched', 'attempts', 'timeout', 'budget']) {
        expect(output).toMatch(new RegExp(`^(Gave up)? +\\d × ${reason}  `, 'm'));
      }
      for (const cause of ['timed out', 'connection reset', 'connection closed', 'answer cut short', '503 Service']) {
        expect(output).toMatch(new RegExp(`[↻✗] .* ${cause}`));
      }
    });

    it('ends with metrics that say the same', () => {
      const [, page = ''] = output.split('\n/metrics, ');
      const counted = (metric: string, client: string): number =>
        page
          .split('\n')
          .filter((line) => line.startsWith(`stamina_${metric}{callable="${client}"`))
          .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
      for (const client of CLIENTS) {
        expect(counted('retries_total', client)).toBe(told(client, '↻ retry '));
        expect(counted('give_ups_total', client)).toBe(row(client).gaveUp);
        expect(counted('recoveries_total', client)).toBe(row(client).recovered);
        expect(counted('retry_wait_seconds_count', client)).toBe(told(client, '↻ retry '));
      }
    });

    it('has the retrying fetch repeat each payment that has a key, as far as it may', () => {
      expect(row('pay')).toEqual({ calls: 12, atOnce: 6, recovered: 3, gaveUp: 2, notRetried: 1, attempts: 19 });
      expect(told('pay', '503, retry after 1 s')).toBe(1);
      expect(told('pay', '✗ not retried         no key: connection reset')).toBe(1);
      expect(told('pay', '↻ retry 1 in')).toBe(4);
      expect(told('pay', '✗ gave up: attempts   503 Service Unavailable')).toBe(1);
      expect(told('pay', '✗ gave up: timeout    503, retry after 30 s')).toBe(1);
    });

    it('never has the retrying fetch ask sooner than `Retry-After` says', () => {
      const [, wait] = / pay .* in (\S+) s +503, retry after 1 s/.exec(output) ?? [];
      expect(Number(wait)).toBeGreaterThanOrEqual(1);
    });

    it('sends each call once without retries, and fewer of them succeed', () => {
      const [retried, once] = [row('all'), row('all, without retries')];
      expect(once).toMatchObject({ calls: retried.calls, recovered: 0, gaveUp: 0 });
      expect(once.attempts).toBeLessThanOrEqual(once.calls);
      expect(once.attempts).toBeGreaterThanOrEqual(once.calls - timedOutOnce());
      expect(once.atOnce).toBeLessThan(retried.atOnce + retried.recovered);
    });

    it.each([
      ['NO_COLOR', '1', false],
      ['FORCE_COLOR', '1', true],
    ])('honours %s', async (name, value, coloured) => {
      const code = `import { introduce } from './demo/output.ts'; introduce([]);`;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        env: { ...ENVIRONMENT, [name]: value },
      });
      expect(stdout.includes('\u001b[')).toBe(coloured);
      expect(stdout.startsWith('\u001b[1mstamina: ')).toBe(coloured);
    });
  });
});
