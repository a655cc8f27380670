import { getEventListeners } from 'node:events';
import { retryingFetch } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test, vi } from 'vitest';
import { quickFetch } from './support/quick-fetch.ts';

const REASON = { why: 'enough' };

describe("the caller's signal", () => {
  test('sends nothing if it was aborted before', async () => {
    await using server = await flakyServer({});
    await expect(quickFetch()(server.url, { signal: AbortSignal.abort(REASON) })).rejects.toBe(REASON);
    expect(server.connections.total).toBe(0);
  });

  test('cancels a stream that was not sent, as fetch does', async () => {
    const signal = AbortSignal.abort(REASON);
    for (const call of [fetch, quickFetch()]) {
      const reasons: unknown[] = [];
      const init = () => ({
        method: 'PUT',
        body: new ReadableStream({ cancel: (reason) => void reasons.push(reason) }),
        duplex: 'half' as const,
      });
      await expect(call('http://a.test', { ...init(), signal })).rejects.toBe(REASON);
      await expect(call(new Request('http://a.test', init()), { signal })).rejects.toBe(REASON);
      expect(reasons).toEqual([REASON, REASON]);
    }
  });

  test('ends a running attempt with its reason', async () => {
    const controller = new AbortController();
    await using server = await flakyServer(() => {
      controller.abort(REASON);
      return { hang: true };
    });
    await expect(quickFetch()(server.url, { signal: controller.signal })).rejects.toBe(REASON);
    expect(server.requests).toHaveLength(1);
  });

  test('ends a wait at once with its reason', async () => {
    await using server = await flakyServer({ status: 503 });
    const controller = new AbortController();
    const fetch = retryingFetch({
      waitInitial: 20_000,
      waitMax: 40_000,
      onRetry: () => void setTimeout(() => controller.abort(REASON), 20),
    });
    await expect(fetch(server.url, { signal: controller.signal })).rejects.toBe(REASON);
    expect(server.requests).toHaveLength(1);
  });

  test('rejects with an AbortError without another reason', async () => {
    await using server = await flakyServer({ hang: true });
    const controller = new AbortController();
    const call = quickFetch()(server.url, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    const error = await call.catch((error: unknown) => error);
    expect(error).toBe(controller.signal.reason);
    expect(error).toMatchObject({ name: 'AbortError' });
  });

  test('still ends the body of a returned response', async () => {
    for (const script of [[{ endless: true }], [{ status: 503 }, { endless: true }]] as const) {
      await using server = await flakyServer(script);
      const controller = new AbortController();
      const response = await quickFetch()(server.url, { signal: controller.signal });
      const reading = response.text();
      setTimeout(() => controller.abort(REASON), 20);
      await expect(reading).rejects.toBe(REASON);
    }
  });

  test('ends an attempt whose fetch ignores it, and the late response is discarded', async () => {
    const controller = new AbortController();
    let answer!: (response: Response) => void;
    const late = new Promise<Response>((resolve) => {
      answer = resolve;
    });
    const call = quickFetch({ fetch: () => late })('http://a.test', { signal: controller.signal });
    controller.abort(REASON);
    await expect(call).rejects.toBe(REASON);
    const cancelled = new Promise((resolve) => {
      answer(new Response(new ReadableStream({ cancel: resolve })));
    });
    await cancelled;
  });

  test('ends an attempt whose fetch aborts it at once', async () => {
    const controller = new AbortController();
    const fetch = quickFetch({
      fetch: () => {
        controller.abort(REASON);
        return new Promise(() => {});
      },
    });
    await expect(fetch('http://a.test', { signal: controller.signal })).rejects.toBe(REASON);
  });

  test('leaves no rejection behind if a fetch that ignores it fails later', async () => {
    const controller = new AbortController();
    let fail!: (error: Error) => void;
    const late = new Promise<Response>((_, reject) => {
      fail = reject;
    });
    const call = quickFetch({ fetch: () => late })('http://a.test', { signal: controller.signal });
    controller.abort(REASON);
    await expect(call).rejects.toBe(REASON);
    fail(new Error('late'));
  });

  test('can be AbortSignal.timeout, which limits everything', async () => {
    await using server = await flakyServer({ status: 503, headers: { 'retry-after': '20' } });
    await expect(retryingFetch()(server.url, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  test('may come from a Request', async () => {
    await using server = await flakyServer({ hang: true });
    const controller = new AbortController();
    const call = quickFetch()(new Request(server.url, { signal: controller.signal }));
    setTimeout(() => controller.abort(REASON), 20);
    await expect(call).rejects.toBe(REASON);
  });

  test('in init replaces the signal of the Request', async () => {
    await using server = await flakyServer({ body: 'hello' });
    const request = new Request(server.url, { signal: AbortSignal.abort(REASON) });
    for (const signal of [new AbortController().signal, null]) {
      expect(await (await quickFetch()(request, { signal })).text()).toBe('hello');
    }
  });

  test('in the options ends all calls', async () => {
    await using server = await flakyServer({ hang: true });
    const controller = new AbortController();
    const fetch = quickFetch({ signal: controller.signal });
    const calls = [fetch(server.url), fetch(server.url, { signal: new AbortController().signal })];
    setTimeout(() => controller.abort(REASON), 20);
    for (const call of calls) await expect(call).rejects.toBe(REASON);
  });

  test('ends a call without calling `on`', async () => {
    await using server = await flakyServer([{ status: 503 }, { hang: true }]);
    const seen: unknown[] = [];
    const on = (error: unknown): boolean => {
      seen.push(error);
      return true;
    };
    const controller = new AbortController();
    setTimeout(() => controller.abort(REASON), 50);
    await expect(quickFetch({ on })(server.url, { signal: controller.signal })).rejects.toBe(REASON);
    await expect(quickFetch({ on })(server.url, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(seen).toEqual([]);
  });

  test('causes a give-up only after a retry', async () => {
    for (const [steps, expected] of [
      [[], []],
      [[{ status: 503 }], ['aborted']],
    ] as const) {
      const controller = new AbortController();
      await using server = await flakyServer((request) => {
        const step = steps[request.num - 1];
        if (!step) controller.abort(REASON);
        return step ?? { hang: true };
      });
      const reasons: string[] = [];
      const fetch = quickFetch({ onGiveUp: ({ reason }) => void reasons.push(reason) });
      await expect(fetch(server.url, { signal: controller.signal })).rejects.toBe(REASON);
      expect(reasons).toEqual(expected);
    }
  });

  test('ends each of many calls that share it', async () => {
    await using server = await flakyServer((request) =>
      request.path === '/hang' ? { hang: true } : { status: request.num % 3 ? 503 : 200, body: 'hello' },
    );
    const controller = new AbortController();
    const { signal } = controller;
    const fetch = quickFetch({ attempts: 50, budget: false });
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => (await fetch(server.url, { signal })).text()),
    );
    expect(new Set(answers)).toEqual(new Set(['hello']));
    const hanging = Array.from({ length: 20 }, () => fetch(`${server.url}/hang`, { signal }));
    setTimeout(() => controller.abort(REASON), 50);
    expect(new Set((await Promise.allSettled(hanging)).map((result) => 'reason' in result && result.reason))).toEqual(
      new Set([REASON]),
    );
  });

  test('ends the body of the last response', async () => {
    await using server = await flakyServer({ status: 503, endless: true });
    const controller = new AbortController();
    const response = await quickFetch({ attempts: 2 })(server.url, { signal: controller.signal });
    const reading = response.text();
    setTimeout(() => controller.abort(REASON), 20);
    await expect(reading).rejects.toBe(REASON);
  });

  test('of many calls has at most the listener of the first one left', async () => {
    await using server = await flakyServer((request) => ({ status: request.num % 2 ? 503 : 200 }));
    const { signal } = new AbortController();
    for (let i = 0; i < 20; i++) await (await quickFetch()(server.url, { signal })).text();
    // `fetch` itself leaves a listener on each signal that it gets.
    expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
  });
});

describe('`attemptTimeout`', () => {
  test('ends an attempt without headers, and another one follows', async () => {
    await using server = await flakyServer([{ hang: true }, { body: 'hello' }]);
    expect(await (await quickFetch({ attemptTimeout: 400 })(server.url)).text()).toBe('hello');
    expect(server.requests).toHaveLength(2);
  });

  test('ends an attempt whose fetch ignores the signal', async () => {
    let calls = 0;
    const fetch = quickFetch({
      attemptTimeout: 20,
      fetch: () => (++calls === 1 ? new Promise(() => {}) : Promise.resolve(new Response('hello'))),
    });
    expect(await (await fetch('http://a.test')).text()).toBe('hello');
    expect(calls).toBe(2);
  });

  test('rejects with a TimeoutError when attempts run out', async () => {
    await using server = await flakyServer({ hang: true });
    await expect(quickFetch({ attemptTimeout: { milliseconds: 300 }, attempts: 2 })(server.url)).rejects.toThrow(
      expect.objectContaining({ name: 'TimeoutError', message: 'attempt 2 took longer than 300 ms' }),
    );
    expect(server.requests).toHaveLength(2);
  });

  test('ends a POST, which is not sent again', async () => {
    await using server = await flakyServer([{ hang: true }, {}]);
    await expect(
      quickFetch({ attemptTimeout: 300, on: () => true })(server.url, { method: 'POST', body: 'x' }),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(server.requests).toHaveLength(1);
  });

  test('does not limit the body', async () => {
    await using server = await flakyServer({ body: 'hello', drip: 120 });
    expect(await (await quickFetch({ attemptTimeout: 400 })(server.url)).text()).toBe('hello');
  });

  test('starts anew for each attempt', async () => {
    await using server = await flakyServer([
      { status: 503, delay: 250 },
      { status: 503, delay: 250 },
      { body: 'hello', delay: 250 },
    ]);
    expect(await (await quickFetch({ attemptTimeout: 600 })(server.url)).text()).toBe('hello');
  });

  test('may be longer than any timer', async () => {
    await using server = await flakyServer({ body: 'hello', delay: 20 });
    for (const attemptTimeout of [2 ** 31, Infinity, { days: 30 }]) {
      expect(await (await quickFetch({ attemptTimeout })(server.url)).text()).toBe('hello');
    }
  });
});

test("the runtime's own fetch gets the signal of a single call as it is", async () => {
  await using server = await flakyServer({ status: 503 });
  const { any } = AbortSignal;
  let joined = 0;
  AbortSignal.any = (signals) => {
    joined++;
    return any(signals);
  };
  try {
    await quickFetch({ attempts: 1 })(server.url, { signal: new AbortController().signal });
    expect(joined).toBe(0);
  } finally {
    AbortSignal.any = any;
  }
});

describe('`deadline`', () => {
  test('ends a call whose first attempt hangs', async () => {
    await using server = await flakyServer({ hang: true });
    const onGiveUp = vi.fn();
    const thrown = await quickFetch({ deadline: 300, onGiveUp })(server.url).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: 'TimeoutError', message: 'no success within 300 ms (1 attempt)' });
    expect(onGiveUp.mock.calls).toMatchObject([[{ reason: 'deadline', causedBy: thrown }]]);
  });

  test('tells of the response before', async () => {
    await using server = await flakyServer([{ status: 503 }, { hang: true }]);
    await expect(quickFetch({ deadline: { milliseconds: 400 } })(server.url)).rejects.toMatchObject({
      message: 'no success within 400 ms (2 attempts)',
      cause: { name: 'HttpStatusError', status: 503 },
    });
  });

  test('ends a call whose fetch ignores the signal, which is aborted with the same error', async () => {
    let signal: AbortSignal | null | undefined;
    const fetch = quickFetch({
      deadline: 20,
      fetch(_, init) {
        signal = init?.signal;
        return new Promise(() => {});
      },
    });
    const thrown = await fetch('http://a.test').catch((error: unknown) => error);
    expect(thrown).toMatchObject({ message: 'no success within 20 ms (1 attempt)' });
    expect(signal?.reason).toBe(thrown);
  });

  test('returns the last response if no further attempt fits in', async () => {
    await using server = await flakyServer({ status: 503, body: 'busy' });
    const response = await quickFetch({ deadline: 1_000, waitInitial: 2_000 })(server.url);
    expect([response.status, await response.text()]).toEqual([503, 'busy']);
    expect(server.requests).toHaveLength(1);
  });

  test('does not limit the body', async () => {
    await using server = await flakyServer({ body: 'hello', drip: 120 });
    expect(await (await quickFetch({ deadline: 400 })(server.url)).text()).toBe('hello');
  });
});

test("the runtime's own fetch gets no signal that nobody needs", async () => {
  await using server = await flakyServer({});
  const original = globalThis.AbortController;
  let made = 0;
  globalThis.AbortController = class extends original {
    constructor() {
      super();
      made++;
    }
  };
  try {
    await (await fetch(server.url)).text();
    const madeByFetch = made;
    await (await quickFetch()(server.url)).text();
    expect(made).toBe(2 * madeByFetch);
  } finally {
    globalThis.AbortController = original;
  }
});
