import { getEventListeners, once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BlockAttempt, type RetryOptions, retryBudget, retryContext } from '@stamina/core';
import { retryContextSync } from '@stamina/core/sync';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { finish } from './support/surfaces.ts';
import { useFakeTime } from './support/virtual-time.ts';
import { detailsOf, rejection } from './support/work.ts';

useFakeTime();

/** The body of a loop. It may leave the loop early. */
type Body = (attempt: BlockAttempt) => 'break' | undefined | void;

// The table of surfaces cannot be used here, because it hides the loop from the work in it.
const LOOPS: Record<string, (options: RetryOptions, body: Body) => Promise<void>> = {
  'for await … of': (options, body) =>
    finish(
      (async () => {
        for await (const attempt of retryContext(options)) if (body(attempt) === 'break') break;
      })(),
    ) as Promise<void>,
  'for … of, synchronous': async (options, body) => {
    for (const attempt of retryContextSync(options)) if (body(attempt) === 'break') break;
  },
};

function hooks() {
  return { onRetry: vi.fn(), onGiveUp: vi.fn(), onRecover: vi.fn() };
}

describe.each(Object.entries(LOOPS))('%s', (_, loop) => {
  test('a turn that does not fail ends the loop', async () => {
    const body = vi.fn();
    await loop({ on: Error }, body);
    expect(body).toHaveBeenCalledTimes(1);
  });

  test('`fail` does not end the turn', async () => {
    const log: string[] = [];
    await loop({ on: () => 0 }, (attempt) => {
      if (attempt.num === 1) attempt.fail(new Error('once'));
      log.push(`turn ${attempt.num} goes on`);
    });
    expect(log).toEqual(['turn 1 goes on', 'turn 2 goes on']);
  });

  test('an attempt always has the same `fail` and `reset`, so that they can be removed as listeners', async () => {
    await loop({ on: Error }, (attempt) => {
      expect(attempt.fail).toBe(attempt.fail);
      expect(attempt.reset).toBe(attempt.reset);
    });
  });

  test('`fail` accepts any value', async () => {
    for (const thrown of [undefined, null, 'text', new Error('an error')]) {
      expect(await rejection(loop({ on: () => 0, attempts: 2 }, (attempt) => attempt.fail(thrown)))).toBe(thrown);
    }
  });

  test('`fail` without an error is refused', async () => {
    const failing = (attempt: BlockAttempt) => (attempt.fail as () => void)();
    expect(await rejection(loop({ on: Error }, failing))).toEqual(
      new TypeError('`fail` must be given the error; write attempt.fail(error)'),
    );
  });

  test('a second `fail` in one turn is refused', async () => {
    const onRetry = vi.fn();
    await loop({ on: () => 0, onRetry }, (attempt) => {
      if (attempt.num === 2) return;
      attempt.fail('first');
      expect(() => attempt.fail('second')).toThrow(
        new TypeError('attempt 1 has failed already; call fail once per attempt'),
      );
    });
    expect(detailsOf(onRetry)).toMatchObject([{ causedBy: 'first' }]);
  });

  test('`fail` after the turn is refused', async () => {
    let first: BlockAttempt | undefined;
    const listener = hooks();
    await loop({ on: () => 0, ...listener }, (attempt) => {
      first ??= attempt;
      if (attempt.num === 1) attempt.fail('first');
      else
        expect(() => first?.fail('late')).toThrow(
          new TypeError('attempt 1 is over; call fail on the attempt of this iteration'),
        );
    });
    expect(() => first?.fail('later')).toThrow(
      new TypeError('attempt 1 is over; call fail on the attempt of this iteration'),
    );
    expect(listener.onRecover).toHaveBeenCalledTimes(1);
  });

  test('`fail` after the loop is refused', async () => {
    let last: BlockAttempt | undefined;
    await loop({ on: Error }, (attempt) => {
      last = attempt;
      return 'break';
    });
    expect(() => last?.fail('late')).toThrow(
      new TypeError('attempt 1 is over; call fail on the attempt of this iteration'),
    );
  });

  test('leaving early after a retry counts as a success', async () => {
    const { onRetry, onGiveUp, onRecover } = hooks();
    await loop({ on: () => 0, onRetry, onGiveUp, onRecover }, (attempt) => {
      if (attempt.num === 2) return 'break';
      return attempt.fail('once');
    });
    expect(onRetry).toHaveBeenCalledTimes(1);
    expect(detailsOf(onRecover)).toMatchObject([{ name: '<block>', attempt: 2, causedBy: 'once' }]);
    expect(onGiveUp).not.toHaveBeenCalled();
  });

  test('leaving the first turn early calls no hook', async () => {
    const listener = hooks();
    await loop({ on: () => 0, ...listener }, () => 'break');
    for (const hook of Object.values(listener)) expect(hook).not.toHaveBeenCalled();
  });

  test('leaving a failed turn early calls no hook', async () => {
    const listener = hooks();
    const on = vi.fn(() => 0);
    await loop({ on, ...listener }, (attempt) => {
      attempt.fail(`failure ${attempt.num}`);
      return attempt.num === 2 ? 'break' : undefined;
    });
    expect(on.mock.calls).toEqual([['failure 1']]);
    expect(listener.onRetry).toHaveBeenCalledTimes(1);
    expect(listener.onRecover).not.toHaveBeenCalled();
    expect(listener.onGiveUp).not.toHaveBeenCalled();
  });

  test('an error thrown by the body is not retried', async () => {
    const bug = new Error('a bug in the body');
    const on = vi.fn(() => 0);
    for (const failsBefore of [false, true]) {
      const body = vi.fn((attempt: BlockAttempt) => {
        if (failsBefore) attempt.fail(new Error('before'));
        throw bug;
      });
      expect(await rejection(loop({ on }, body))).toBe(bug);
      expect(body).toHaveBeenCalledTimes(1);
      expect(on).not.toHaveBeenCalled();
    }
  });

  test('leaving early leaves nothing pending', async () => {
    const { signal } = new AbortController();
    for (const fails of [false, true]) {
      let own: AbortSignal | undefined;
      const leave = (attempt: BlockAttempt) => {
        own = attempt.signal;
        expect(getEventListeners(signal, 'abort')).toHaveLength(1);
        if (fails) attempt.fail(new Error('left'));
        return 'break' as const;
      };
      await loop({ on: Error, signal }, leave);
      expect(own?.aborted).toBe(false);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  test('an unmatched error ends the loop', async () => {
    const body = vi.fn((attempt: BlockAttempt) => attempt.fail('fatal'));
    expect(await rejection(loop({ on: Error }, body))).toBe('fatal');
    expect(body).toHaveBeenCalledTimes(1);
  });

  test('loops may be nested', async () => {
    const log: string[] = [];
    const block = retryContextSync({ on: () => 0 });
    await loop({ on: () => 0 }, (outer) => {
      for (const inner of block) {
        log.push(`${outer.num}.${inner.num}`);
        if (inner.num === 1) inner.fail('inner');
      }
      if (outer.num === 1) outer.fail('outer');
    });
    expect(log).toEqual(['1.1', '1.2', '2.1', '2.2']);
  });

  test('the `name` option names the loop', async () => {
    const { onRetry } = hooks();
    await loop({ on: () => 0, name: 'import', onRetry }, (attempt) => {
      if (attempt.num === 1) attempt.fail('once');
    });
    expect(detailsOf(onRetry)).toMatchObject([{ name: 'import', args: [] }]);
  });
});

test('leaving early stops the timer of `attemptTimeout`', async () => {
  for (const fails of [false, true]) {
    for await (const attempt of retryContext({ on: Error, attemptTimeout: 1_000 })) {
      attempt.signal;
      expect(vi.getTimerCount()).toBe(1);
      if (fails) attempt.fail('left');
      break;
    }
    expect(vi.getTimerCount()).toBe(0);
  }
});

test('`return` and `throw` leave the loop as `break` does', async () => {
  const { signal } = new AbortController();
  const leave = async (how: 'return' | 'throw'): Promise<string> => {
    for await (const attempt of retryContext({ on: Error, signal })) {
      attempt.signal;
      if (how === 'return') return 'returned';
      throw new Error('thrown');
    }
    return 'not left';
  };
  expect(await leave('return')).toBe('returned');
  await expect(leave('throw')).rejects.toThrow('thrown');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a block may be used several times at once', async () => {
  const block = retryContext({ on: Error, attempts: 3 });
  const log: string[] = [];
  const use = async (name: string): Promise<void> => {
    for await (const attempt of block) {
      log.push(`${name}${attempt.num}`);
      if (attempt.num < 3) attempt.fail(new Error(name));
    }
  };
  await finish(Promise.all([use('a'), use('b')]));
  expect(log).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  await finish(use('c'));
  expect(log.slice(6)).toEqual(['c1', 'c2', 'c3']);
});

test('a finished iterator stays finished', async () => {
  const done = { value: undefined, done: true };
  const finished = retryContext({ on: Error })[Symbol.asyncIterator]();
  expect(await finished.next()).toMatchObject({ value: { num: 1 }, done: false });
  expect(await finished.next()).toEqual(done);
  expect(await finished.next()).toEqual(done);

  const rejected = retryContext({ on: RangeError })[Symbol.asyncIterator]();
  const { value } = (await rejected.next()) as IteratorYieldResult<BlockAttempt>;
  value.fail('fatal');
  expect(await rejection(rejected.next())).toBe('fatal');
  expect(await rejected.next()).toEqual(done);

  const left = retryContext({ on: Error })[Symbol.asyncIterator]();
  await left.next();
  expect(await left.return?.()).toEqual(done);
  expect(await left.next()).toEqual(done);
  expect(await left.return?.()).toEqual(done);
});

test('an iterator may be closed before it starts', async () => {
  const budget = retryBudget();
  const iterator = retryContext({ on: Error, budget })[Symbol.asyncIterator]();
  expect(await iterator.return?.()).toEqual({ value: undefined, done: true });
  expect(await iterator.next()).toEqual({ value: undefined, done: true });
  expect(budget.balance).toBe(100);
});

test('closing a waiting iterator leaves nothing pending', async () => {
  const dispose = vi.fn();
  const [onRecover, onGiveUp] = [vi.fn(), vi.fn()];
  const { signal } = new AbortController();
  const options = { on: Error, signal, onRetry: () => ({ dispose }), onRecover, onGiveUp };
  const iterator = retryContext(options)[Symbol.asyncIterator]();
  const { value } = (await iterator.next()) as IteratorYieldResult<BlockAttempt>;
  value.fail(new Error('once'));
  const next = iterator.next();
  await vi.advanceTimersByTimeAsync(10);
  expect(vi.getTimerCount()).toBe(1);
  expect(await iterator.return?.()).toEqual({ value: undefined, done: true });
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect(dispose).toHaveBeenCalledTimes(1);
  expect(await next).toEqual({ value: undefined, done: true });
  for (const hook of [onRecover, onGiveUp]) expect(hook).not.toHaveBeenCalled();
});

test('an answer of `on` that comes after the loop was closed has no effect', async () => {
  let answer = (_: boolean): void => {};
  const on = () => new Promise<boolean>((resolve) => (answer = resolve));
  const onRetry = vi.fn();
  const iterator = retryContext({ on, onRetry })[Symbol.asyncIterator]();
  (await iterator.next()).value?.fail(new Error('once'));
  const next = iterator.next();
  await iterator.return?.();
  answer(true);
  expect(await next).toEqual({ value: undefined, done: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(onRetry).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('`reset` sets no timer if there is no deadline', async () => {
  for await (const attempt of retryContext({ on: Error })) {
    attempt.reset();
    expect(vi.getTimerCount()).toBe(0);
  }
});

test('a block that is left during a turn of the event loop does not give up later', async () => {
  vi.useRealTimers();
  const controller = new AbortController();
  const onGiveUp = vi.fn();
  const options = { on: () => 0, attempts: 2_000, signal: controller.signal, onGiveUp };
  const iterator = retryContext(options)[Symbol.asyncIterator]();
  // Zero waits give the event loop a turn after 1,000 failures.
  for (let failures = 0; failures < 1_000; failures++) (await iterator.next()).value?.fail(new Error('not yet'));
  const step = iterator.next();
  await iterator.return?.();
  controller.abort();
  expect(await step).toEqual({ value: undefined, done: true });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(onGiveUp).not.toHaveBeenCalled();
});

describe('a client that reconnects', () => {
  beforeEach(() => void vi.useRealTimers());

  // A client of a real stream of server-sent events, which connects again whenever its connection breaks.

  let server: Server;
  let connections: number;

  /** Starts a server that answers each connection by `answer`, which gets the number of the last event that was received. */
  async function serve(answer: (response: ServerResponse, last: number) => void): Promise<string> {
    connections = 0;
    server = createServer((request, response) => {
      connections++;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      answer(response, Number(request.headers['last-event-id']));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  function stop(): void {
    server.close();
    server.closeAllConnections();
  }
  afterEach(stop);

  /** Sends events up to `to`, and then calls `then`. */
  function send(response: ServerResponse, last: number, to: number, then: () => void): void {
    const events = Array.from({ length: to - last }, (_, index) => `id: ${last + index + 1}\ndata: text\n\n`);
    response.write(events.join(''), then);
  }

  async function* idsOf({ body }: Response): AsyncGenerator<number> {
    let text = '';
    for await (const chunk of (body as NonNullable<typeof body>).pipeThrough(new TextDecoderStream())) {
      const events = (text + chunk).split('\n\n');
      text = events.pop() as string;
      for (const event of events) yield Number(/^id: (\d+)$/m.exec(event)?.[1]);
    }
  }

  async function* subscribe(url: string, options: Partial<RetryOptions>, resets = true): AsyncGenerator<number> {
    let last = 0;
    // `fetch` and its streams throw a TypeError if a connection breaks.
    for await (const attempt of retryContext({ on: TypeError, attempts: 3, waitMax: 0, ...options })) {
      try {
        const response = await fetch(url, { headers: { 'last-event-id': `${last}` }, signal: attempt.signal });
        for await (const id of idsOf(response)) {
          if (resets) attempt.reset();
          last = id;
          yield id;
        }
      } catch (error) {
        attempt.fail(error);
      }
    }
  }

  /** Reads all events. Returns their numbers, and what the client throws. */
  async function read(url: string, options: Partial<RetryOptions> = {}, resets = true) {
    const ids: number[] = [];
    try {
      for await (const id of subscribe(url, options, resets)) ids.push(id);
    } catch (error) {
      return { ids, error };
    }
    return { ids, error: undefined };
  }

  /** Sends one event in each connection, and breaks it. Ends the tenth connection properly. */
  function breakOften(response: ServerResponse, last: number): void {
    send(response, last, last + 1, () => void (last === 9 ? response.end() : response.destroy()));
  }

  test('a client that resets lives through more broken connections than it has attempts', async () => {
    const outcomes: string[] = [];
    const hooks = {
      onRetry: ({ attempt }: { attempt: number }) => void outcomes.push(`retry after ${attempt}`),
      onRecover: () => void outcomes.push('recovered'),
    };
    const { ids, error } = await read(await serve(breakOften), hooks);
    expect(error).toBeUndefined();
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(connections).toBe(10);
    expect(outcomes).toEqual(Array(9).fill(['retry after 1', 'recovered']).flat());
  });

  test('without a reset, it gives up in the third', async () => {
    const { ids, error } = await read(await serve(breakOften), {}, false);
    expect(ids).toEqual([1, 2, 3]);
    expect(error).toBeInstanceOf(TypeError);
  });

  test('a server that breaks every connection at once is left after all attempts', async () => {
    const { ids, error } = await read(await serve((response) => void response.destroy()));
    expect([ids, connections]).toEqual([[], 3]);
    expect(error).toBeInstanceOf(TypeError);
  });

  test('a server that goes away is left after all attempts', async () => {
    const failures: number[] = [];
    const url = await serve((response, last) => send(response, last, 2, stop));
    const { ids, error } = await read(url, { onGiveUp: ({ attempt }) => void failures.push(attempt) });
    expect(ids).toEqual([1, 2]);
    expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    // The connection that worked is the first attempt.
    expect(failures).toEqual([3]);
  });

  test('a server that falls silent is left at the deadline, which begins again with each event', async () => {
    const url = await serve((response, last) => {
      let sent = last;
      const timer = setInterval(() => {
        if (++sent === 5) clearInterval(timer);
        else send(response, sent - 1, sent, () => {});
      }, 200);
    });
    const { ids, error } = await read(url, { deadline: 600 });
    expect(ids).toEqual([1, 2, 3, 4]);
    expect(error).toMatchObject({ name: 'TimeoutError', message: 'no success within 600 ms (1 attempt)' });
  });
});
