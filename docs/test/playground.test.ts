import { type RetryDetails, retry, retryBudget } from '@stamina/core';
import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { type Call, rehearse } from '../playground/rehearsal.ts';
import { ANSWERS, budgetOptions, DEFAULTS, fromQuery, type Settings, toCode, toQuery } from '../playground/settings.ts';
import { summarize } from '../playground/summary.ts';

const rehearseWith = (changed: Partial<Settings>) => rehearse({ ...DEFAULTS, ...changed });
const outcomesOf = (calls: readonly Call[]) => [...new Set(calls.map(({ outcome }) => outcome))];

/** Some settings that are far from the defaults. */
const settings: fc.Arbitrary<Settings> = fc.record({
  attempts: fc.constantFrom(1, 3, 12, Infinity),
  timeout: fc.constantFrom(1_000, 3_000, 45_000),
  deadline: fc.constantFrom(500, 5_000, Infinity),
  waitInitial: fc.integer({ min: 0, max: 2_000 }),
  waitMax: fc.integer({ min: 0, max: 10_000 }),
  waitJitter: fc.integer({ min: 0, max: 2_000 }),
  waitExpBase: fc.constantFrom(1, 1.5, 2, 10),
  attemptTimeout: fc.constantFrom(50, 500, Infinity),
  abortAfter: fc.constantFrom(1_000, Infinity),
  answer: fc.constantFrom(...ANSWERS),
  answerWait: fc.integer({ min: 0, max: 3_000 }),
  budget: fc.boolean(),
  ratio: fc.constantFrom(0, 0.1, 1),
  reserve: fc.constantFrom(0, 10, 100),
  minPerSecond: fc.constantFrom(0, 1, 2.5),
  window: fc.constantFrom(1_000, 10_000),
  takes: fc.constantFrom(1, 200, 2_000),
  failing: fc.constantFrom(0, 50, 100),
  outage: fc.constantFrom(0, 5_000),
  rate: fc.constantFrom(0.1, 10, 1_000),
  seed: fc.integer({ min: 1, max: 100 }),
});

describe('the address', () => {
  test('keeps all settings', () => {
    fc.assert(
      fc.property(settings, (given) => {
        expect(fromQuery(toQuery(given))).toEqual(given);
      }),
    );
  });

  test('is bare for the defaults', () => {
    expect(toQuery(DEFAULTS)).toBe('');
  });

  test.each(['?attempts=', '?attempts=many', '?answer=perhaps', '?colour=red', '?__proto__=1', '?rate=NaN'])(
    'may hold nonsense, which is ignored: %s',
    (query) => {
      expect(fromQuery(query)).toEqual(DEFAULTS);
    },
  );

  test('keeps the other side within what can be rehearsed', () => {
    expect(fromQuery('?rate=0&takes=0&failing=200')).toMatchObject({ rate: 0.1, takes: 1, failing: 100 });
  });
});

describe('the defaults', () => {
  test('are those of core', async () => {
    // With nothing but `on`, chance drawing the least and the most.
    const random = vi.spyOn(Math, 'random');
    const waits = async (draw: number): Promise<RetryDetails[]> => {
      random.mockReturnValue(draw);
      const told: RetryDetails[] = [];
      const call = retry({ on: Error, onRetry: (details) => void told.push(details) }).run(() =>
        Promise.reject(new Error('down')),
      );
      await Promise.all([expect(call).rejects.toThrow('down'), vi.runAllTimersAsync()]);
      return told;
    };
    vi.useFakeTimers();
    const [lows, highs] = [await waits(0), await waits(1 - 2 ** -32)];
    vi.useRealTimers();
    random.mockRestore();

    const { bands } = await rehearseWith({});
    expect(bands).toEqual(lows.map(({ waitFor }, index) => ({ from: waitFor, to: highs[index]?.waitFor })));
    const { attempts, timeout } = lows[0] as RetryDetails;
    expect({ attempts, timeout }).toEqual({ attempts: DEFAULTS.attempts, timeout: DEFAULTS.timeout });
  });

  test('of a budget are those of core', () => {
    vi.useFakeTimers();
    const [budget, shown] = [retryBudget(), retryBudget(budgetOptions(DEFAULTS))];
    const steps = [budget.balance];
    const compare = (): void => {
      steps.push(budget.balance);
      expect(shown.balance).toBe(budget.balance);
    };
    compare();
    for (const each of [budget, shown]) while (each.withdraw());
    for (const each of [budget, shown]) each.deposit();
    for (let second = 0; second < 12; second++) {
      compare();
      vi.advanceTimersByTime(1_000);
    }
    expect(new Set(steps).size).toBeGreaterThan(10);
    vi.useRealTimers();
  });
});

describe('a rehearsal', () => {
  test('has each wait within the band of its retry', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async (given) => {
        const { bands, calls } = await rehearse(given);
        for (const { waits } of calls) {
          for (const [index, wait] of waits.slice(0, bands.length).entries()) {
            expect(wait).toBeGreaterThanOrEqual(bands[index]?.from as number);
            expect(wait).toBeLessThanOrEqual(bands[index]?.to as number);
          }
        }
      }),
      // A rehearsal takes too long to be shrunk.
      { numRuns: 10, endOnFailure: true },
    );
  });

  test('is the same for the same seed', async () => {
    expect(await rehearseWith({ seed: 7 })).toEqual(await rehearseWith({ seed: 7 }));
    expect(await rehearseWith({ seed: 7 })).not.toEqual(await rehearseWith({ seed: 8 }));
  });

  test('begins no attempt after the timeout', async () => {
    const { calls } = await rehearseWith({ failing: 100, timeout: 8_000 });
    expect(outcomesOf(calls)).toEqual(['timeout']);
    for (const { attempts } of calls) expect(attempts.at(-1)?.from).toBeLessThanOrEqual(8_000);
  });

  test('ends a call at its deadline, during an attempt', async () => {
    const { bands, calls } = await rehearseWith({ takes: 60_000, deadline: 700, failing: 0 });
    expect(outcomesOf(calls)).toEqual(['deadline']);
    for (const { attempts, total } of calls) {
      expect(attempts.map(({ from, to }) => [from, Math.round(to)])).toEqual([[0, 700]]);
      expect(total).toBeCloseTo(700, 5);
    }
    expect(bands).toHaveLength(9);
  });

  test('begins no wait that would end after the deadline', async () => {
    const { calls } = await rehearseWith({ takes: 1, deadline: 3_000, failing: 100 });
    expect(outcomesOf(calls)).toEqual(['deadline']);
    for (const { total } of calls) expect(total).toBeLessThan(3_000);
  });

  test('ends hanging attempts by `attemptTimeout`', async () => {
    const { calls } = await rehearseWith({ takes: 5_000, attemptTimeout: 300, attempts: 3, failing: 0 });
    expect(outcomesOf(calls)).toEqual(['attempts']);
    for (const { attempts } of calls)
      expect(attempts.map(({ from, to }) => Math.round(to - from))).toEqual([300, 300, 300]);
  });

  test('ends a call by its signal', async () => {
    const { calls } = await rehearseWith({ failing: 100, abortAfter: 1_500 });
    expect(outcomesOf(calls)).toEqual(['aborted']);
    for (const { total } of calls) expect(total).toBeCloseTo(1_500, 5);
  });

  test('has no success where the first attempt is aborted', async () => {
    const { calls } = await rehearseWith({ failing: 0, takes: 200, abortAfter: 100 });
    expect(outcomesOf(calls)).toEqual(['aborted']);
  });

  test('shares the budget among all calls', async () => {
    const { calls } = await rehearseWith({ failing: 100, budget: true, reserve: 10, rate: 100 });
    expect(outcomesOf(calls)).toContain('budget');
    const retries = calls.reduce((sum, { waits }) => sum + waits.length, 0);
    // Of 2700 without a budget: a fifth of 300, ten of the reserve, and one for each second.
    const seconds = Math.max(...calls.map(({ total }) => total)) / 1_000 + 3;
    expect(retries).toBeGreaterThan(60);
    expect(retries).toBeLessThanOrEqual(70 + seconds);
  });

  test('waits as long as the predicate says', async () => {
    const { bands } = await rehearseWith({ answer: 'wait', answerWait: 1_234, attempts: 3 });
    expect(bands).toEqual([
      { from: 1_234, to: 1_234 },
      { from: 1_234, to: 1_234 },
    ]);
  });

  test('watches calls without a limit for a while', async () => {
    const { calls } = await rehearseWith({ attempts: Infinity, waitMax: 0, takes: 1, failing: 100 });
    expect(outcomesOf(calls)).toEqual(['cut']);
    expect(calls[0]?.attempts).toHaveLength(61);
  });

  test.each([
    [{ timeout: 0 }, '`timeout` must be'],
    [{ attempts: 1.5 }, '`attempts` must be'],
    [{ budget: true, ratio: -1 }, '`ratio` must be'],
    [{ attempts: Infinity, timeout: Infinity }, 'must not both be Infinity'],
  ])('leaves it to core to refuse %o', async (changed, message) => {
    await expect(rehearseWith(changed)).rejects.toThrow(message);
  });

  test('leaves time and chance as they were', async () => {
    const before = [globalThis.setTimeout, globalThis.clearTimeout, performance.now, Math.random];
    await rehearseWith({ attempts: 1 });
    expect([globalThis.setTimeout, globalThis.clearTimeout, performance.now, Math.random]).toEqual(before);
  });
});

describe('a summary', () => {
  test('accounts for every call', async () => {
    const rehearsal = await rehearseWith({ failing: 90 });
    const { outcomes, bins, retries } = summarize(rehearsal, 200);
    expect(outcomes.reduce((sum, { count }) => sum + count, 0)).toBe(300);
    expect(bins.reduce((sum, { succeeded, failed }) => sum + succeeded + failed, 0)).toBe(300);
    expect(retries[0]).toMatchObject({ retryNum: 1, from: 100, earliest: 300 });
  });
});

describe('the code to copy', () => {
  test('makes the policy that was set', () => {
    fc.assert(
      fc.property(settings, (given) => {
        const made: unknown[] = [];
        const [imported = '', ...lines] = toCode(given).split('\n');
        expect(imported).toContain(given.budget ? 'retry, retryBudget' : 'retry');
        const script = transformSync(`(async () => { ${lines.join('\n')} })()`, { loader: 'ts' }).code;
        const run = new Function('retry', 'retryBudget', 'ApiError', 'load', script);
        const record = (options: object) => {
          made.push(options);
          retry(options as Parameters<typeof retry>[0]);
          return { run: () => {} };
        };
        run(record, retryBudget, class ApiError extends Error {}, () => {});
        expect(made).toHaveLength(1);
        for (const key of ['attempts', 'timeout', 'deadline', 'waitMax', 'waitExpBase', 'attemptTimeout'] as const) {
          expect((made[0] as Partial<Settings>)[key] ?? DEFAULTS[key]).toBe(given[key]);
        }
      }),
    );
  });
});
