import { type RetryOptions, retry, retryBudget } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { retrySimulation } from '@stamina/core/simulation';
import { retrySync } from '@stamina/core/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tolerateWarning } from '../../../scripts/vitest/setup.ts';
import { anything, durationObject, runs, temporal } from './support/arbitraries.ts';
import { POLICIES } from './support/surfaces.ts';
import { settle, useVirtualTime } from './support/virtual-time.ts';
import { failureOf } from './support/work.ts';

// Times of a few ms are meant here.
tolerateWarning('Did you mean seconds?');

useVirtualTime();

const aborter = new AbortController();

/** Some allowed values of each option. */
const allowed: { [Option in keyof Required<RetryOptions>]: fc.Arbitrary<RetryOptions[Option]> } = {
  on: fc.oneof(
    fc.constantFrom<RetryOptions['on']>(
      Error,
      RangeError,
      () => true,
      () => false,
      async () => true,
      () => 5,
      () => ({ seconds: 1 }),
      [Error, () => true],
    ),
  ),
  attempts: fc.oneof(fc.integer({ min: 1 }), fc.constant(Infinity), fc.constant(undefined)),
  timeout: fc.oneof(
    fc.double({ min: 1e-9, noNaN: true }),
    durationObject.map(({ duration, ms }) => (ms > 0 ? duration : Infinity)),
    fc.constant(undefined),
  ),
  deadline: fc.oneof(fc.double({ min: 1e-9, noNaN: true }), fc.constant({ minutes: 1 }), fc.constant(undefined)),
  waitInitial: lengths(),
  waitMax: lengths(),
  waitJitter: lengths(),
  waitExpBase: fc.oneof(fc.double({ min: 1, max: Number.MAX_VALUE, noNaN: true }), fc.constant(undefined)),
  name: fc.oneof(fc.string(), fc.constant(undefined)),
  signal: fc.constantFrom(aborter.signal, undefined),
  stop: fc.constantFrom(aborter.signal, undefined),
  attemptTimeout: fc.oneof(fc.double({ min: 1e-9, noNaN: true }), fc.constant({ minutes: 1 }), fc.constant(undefined)),
  budget: fc.constantFrom(retryBudget({ reserve: 1e7 }), undefined),
  nested: fc.constantFrom(true, false, undefined),
  unref: fc.constantFrom(true, false, undefined),
  onRetry: fc.constantFrom(() => {}, undefined),
  onGiveUp: fc.constantFrom(() => {}, undefined),
  onRecover: fc.constantFrom(() => {}, undefined),
  onSettle: fc.constantFrom(() => {}, undefined),
};
const names = Object.keys(allowed) as (keyof RetryOptions)[];

function lengths() {
  return fc.oneof(
    fc.double({ min: 0, max: 1e12, noNaN: true }),
    durationObject.map(({ duration }) => duration),
    fc.nat().map(temporal),
    fc.constant(undefined),
  );
}

/** Expects an error whose message contains one of the `expected` texts. */
function expectComplaint(error: unknown, ...expected: string[]): void {
  expect([TypeError, RangeError]).toContain((error as Error | undefined)?.constructor);
  const { message } = error as Error;
  if (!expected.some((name) => message.includes(name))) expect(message).toContain(expected[0]);
  expect(message).not.toMatch(/undefined must|of undefined|is not a function|not iterable|Cannot convert/);
}

/** Expects an accepted policy to work: after one failure it succeeds or throws that failure, and its waits are numbers. */
async function expectToWork(options: RetryOptions): Promise<void> {
  const failure = new Error('once');
  const waited: number[] = [];
  let calls = 0;
  const policy = retry({
    ...options,
    onRetry(details) {
      waited.push(details.waitFor, details.waitedSoFar, details.timeout, details.attempts);
      return options.onRetry?.(details);
    },
  });
  const result = await settle(
    policy.run(() => {
      if (++calls === 1) throw failure;
      return 'done';
    }),
  );
  if (result.status === 'fulfilled') expect(result.value).toBe('done');
  else if (result.reason !== failure) expect((result.reason as Error).cause).toBe(failure);
  expect(waited.filter((value) => !(value >= 0))).toEqual([]);
  expect(waited.slice(0, 1).filter((wait) => !Number.isFinite(wait))).toEqual([]);
}

/** Returns everything that a simulation shows of a policy: its limits, and the waits after its first failures. */
function outcomeOf(options: RetryOptions): unknown {
  let time = 0;
  const { begin, ...limits } = retrySimulation(options, { now: () => time, random: () => 0.5 });
  const call = begin();
  const decisions = Array.from({ length: 5 }, () => {
    const decision = call.fail();
    if (typeof decision === 'number') time += decision;
    return decision;
  });
  return { limits, decisions };
}

describe('options', () => {
  test.each(names)('work or are refused by name: %s', async (option) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, allowed[option]), async (value) => {
        const options = { on: Error, [option]: value } as RetryOptions;
        const error = failureOf(() => retry(options));
        if (error !== undefined) expectComplaint(error, option);
        else await expectToWork(option === 'on' ? { ...options, attempts: 2 } : options);
      }),
      runs(0.5),
    );
  });

  test('work in any combination', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record(allowed, { requiredKeys: ['on'] }), async (options) => {
        const error = failureOf(() => retry(options as RetryOptions));
        const { attempts, timeout, deadline = Infinity, signal, stop } = options;
        if ([attempts, timeout, deadline].every((limit) => limit === Infinity) && !signal && !stop) {
          expectComplaint(error, 'signal');
        } else {
          expect(error).toBeUndefined();
          await expectToWork(options as RetryOptions);
        }
      }),
      { examples: [[{ on: Error, attempts: Infinity, timeout: Infinity, deadline: { minutes: 1 } }]] },
    );
  });

  test('make the same policy however they are written', () => {
    const given = fc.record(
      {
        attempts: fc.integer({ min: 1, max: 20 }),
        timeout: fc.nat(1e6).map((ms) => ms + 1),
        waitInitial: fc.nat(10_000),
        waitMax: fc.nat(100_000),
        waitJitter: fc.nat(10_000),
        waitExpBase: fc.integer({ min: 1, max: 5 }),
        attemptTimeout: fc.nat(1e6).map((ms) => ms + 1),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(given, fc.infiniteStream(fc.nat()), (options, choices) => {
        const choose = (): number => choices.next().value as number;
        const form = (name: string, ms: number): unknown =>
          [ms, name.startsWith('wait') && name !== 'waitExpBase' ? { milliseconds: ms } : ms][choose() % 2];
        // The other policy gets its options in another order, some times as durations, and the rest as `undefined`.
        const rest = Object.fromEntries(names.map((name) => [name, undefined]));
        const entries = Object.entries({ ...rest, ...options, on: Error }).map(
          ([name, value]) => [choose(), [name, typeof value === 'number' ? form(name, value) : value]] as const,
        );
        const other = Object.fromEntries(entries.sort(([a], [b]) => a - b).map(([, entry]) => entry));
        expect(outcomeOf(other as unknown as RetryOptions)).toEqual(outcomeOf({ on: Error, ...options }));
      }),
    );
  });

  test('are refused alike by all policies', () => {
    fc.assert(
      fc.property(
        fc.record({
          option: fc.constantFrom(...names.filter((name) => !/attemptTimeout|deadline/.test(name))),
          value: anything,
        }),
        ({ option, value }) => {
          const [first, ...others] = Object.values(POLICIES).map((makePolicy) =>
            failureOf(() => makePolicy({ on: Error, [option]: value })),
          );
          for (const other of others) {
            expect((other as Error | undefined)?.constructor).toBe((first as Error | undefined)?.constructor);
            expect((other as Error | undefined)?.message).toBe((first as Error | undefined)?.message);
          }
        },
      ),
    );
  });

  test.each<[string, string[], (own: object) => unknown]>([
    ['run', ['name', 'signal', 'deadline'], (own) => retry({ on: Error }).run(() => 1, own)],
    ['run, synchronous', ['name'], (own) => retrySync({ on: Error }).run(() => 1, own)],
    ['begin', ['name', 'signal', 'deadline', 'budget'], (own) => libraryPolicy().begin(own)],
  ])('of a call are checked like a policy: %s', (_, options, call) => {
    fc.assert(
      fc.property(fc.constantFrom(...options), anything, (option, value) => {
        fc.pre(value !== undefined);
        const ofPolicy = failureOf(() => retry({ on: Error, [option]: value } as RetryOptions)) as Error | undefined;
        const ofCall = failureOf(() => call({ [option]: value })) as Error | undefined;
        expect(ofCall?.message).toBe(ofPolicy?.message);
        expect(ofCall?.constructor).toBe(ofPolicy?.constructor);
      }),
    );
  });

  test('with an unknown name are refused with the nearest', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        anything,
        fc.constantFrom(...Object.values(POLICIES)),
        (key, value, makePolicy) => {
          fc.pre(!(names as string[]).includes(key) && key !== '__proto__');
          const error = failureOf(() => makePolicy({ on: Error, [key]: value } as RetryOptions));
          expectComplaint(error, `\`${key}\``);
          expect(names.some((name) => (error as Error).message.includes(`\`${name}\``))).toBe(true);
        },
      ),
    );
  });

  test('with a typo are refused with the right name', () => {
    const long = names.filter((name) => name.length > 4);
    fc.assert(
      fc.property(fc.constantFrom(...long), fc.nat(), fc.constantFrom('', 'x', 'q'), (name, at, letter) => {
        const index = at % name.length;
        const misspelt = name.slice(0, index) + letter + name.slice(index + 1);
        fc.pre(!(names as string[]).includes(misspelt));
        expectComplaint(
          failureOf(() => retry({ on: Error, [misspelt]: 1 } as RetryOptions)),
          `\`${name}\``,
        );
      }),
    );
  });

  test('must be an object', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom(...Object.values(POLICIES)), (value, makePolicy) => {
        const error = failureOf(() => makePolicy(value as RetryOptions));
        expectComplaint(error, 'options', '`on`');
        expect(error).toBeInstanceOf(TypeError);
      }),
    );
  });

  test('cannot be null', () => {
    for (const option of ['attempts', 'timeout', 'deadline', 'attemptTimeout'] as const) {
      expect(() => retry({ on: Error, [option]: null } as unknown as RetryOptions)).toThrow('Infinity');
    }
    for (const option of names)
      expect(() => retry({ on: Error, [option]: null } as unknown as RetryOptions)).toThrow(TypeError);
  });

  test.each<[keyof RetryOptions, string, unknown]>([
    ['on', 'an array with a hole', new Array(1)],
    ['waitMax', 'an object without a prototype', Object.assign(Object.create(null), { total: () => 'long' })],
    ['timeout', 'a duration without a length', { total: () => Number.NaN }],
    ['attempts', 'an object without a prototype', Object.create(null)],
    ['signal', 'half a signal', { aborted: false }],
    ['budget', 'half a budget', { withdraw: () => true }],
  ])('are refused by name: `%s` is %s', (option, _, value) => {
    expectComplaint(
      failureOf(() => retry({ on: Error, [option]: value } as RetryOptions)),
      option,
    );
  });

  test('are read just once', async () => {
    const options: RetryOptions = { on: [Error], attempts: 3, waitMax: 0 };
    const policy = retry(options);
    options.attempts = 1;
    (options.on as unknown[])[0] = RangeError;
    let calls = 0;
    await settle(
      policy.run(() => {
        calls++;
        throw new Error('always');
      }),
    );
    expect(calls).toBe(3);
  });
});
