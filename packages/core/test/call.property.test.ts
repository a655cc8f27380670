import {
  type Attempt,
  type Duration,
  type GiveUpDetails,
  type GiveUpReason,
  type RecoverDetails,
  type RetryBudget,
  type RetryDetails,
  type RetryOptions,
  type RunOptions,
  retry,
  retryBudget,
  retryContext,
  setActive,
  setRetryHooks,
  setTesting,
} from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bounds, draw, lengthsOf, runs, temporal, type Waits, waits } from './arbitraries.ts';
import { settle, useVirtualTime } from './virtual-time.ts';

/*
 * Whole calls, as a script has them, compared with a model that was written from the documentation alone: what is
 * attempted, what hooks are told, and how the call ends, the same on every surface.
 */

useVirtualTime();
afterEach(() => setRetryHooks([]));

class Flaky extends Error {}
class VeryFlaky extends Flaky {}
class Never extends Error {}

const thrown: Record<string, () => unknown> = {
  flaky: () => new Flaky('flaky'),
  subclass: () => new VeryFlaky('very flaky'),
  frozen: () => Object.freeze(new Flaky('frozen')),
  aborted: () => Object.assign(new Flaky('cancelled'), { name: 'AbortError' }),
  other: () => new RangeError('other'),
  string: () => 'just text',
  undefined: () => undefined,
};

/** A wait that is not shorter, but jittered. */
interface Floor {
  readonly atLeastMs: number;
}

/** What a backoff hook answers: what counts (`false`, `true`, ms, a floor), or `broken` with what it does instead. */
type Answer =
  | { readonly given: unknown; readonly counts: boolean | number | Floor }
  | { readonly broken: 'throws' }
  | { readonly broken: 'answers'; readonly given: unknown };

interface Failure {
  readonly takes: number;
  readonly throws: string;
  readonly answer: Answer;
  readonly abort: 'never' | 'during' | 'before the wait';
}

/** A budget of so many retries, for one call. */
function budgetOf(retries: number): RetryBudget {
  return retryBudget({ ratio: retries, minPerSecond: 0, window: 1e15 });
}

type Part = 'class' | 'hook' | 'promising hook' | 'refusing hook';

interface Plan {
  readonly on: readonly Part[];
  readonly asArray: boolean;
  /** Whether `on` and `budget` are given to the call, and the policy has others. */
  readonly ownToCall: boolean;
  readonly waits: Waits;
  readonly attempts: number | undefined;
  readonly timeout: { readonly ms: number | undefined; readonly written: number | Duration | undefined };
  readonly attemptTimeout: number | undefined;
  readonly readsSignal: boolean;
  readonly signal: 'none' | 'policy' | 'call' | 'both';
  readonly abortedBefore: boolean;
  readonly budget: number | undefined;
  readonly discards: boolean;
  /** What hooks are told of errors: the errors, what `causeOf` makes of them, or what it throws. */
  readonly causes: 'errors' | 'made' | 'broken';
  readonly name: string | undefined;
  readonly callName: string | undefined;
  readonly mode: 'normal' | 'inactive' | { readonly attempts: number; readonly cap: boolean };
  readonly random: number;
  readonly args: readonly unknown[];
  readonly failures: readonly Failure[];
  readonly lastTakes: number;
}

const customWait = fc.oneof(
  fc.nat(5_000),
  fc.integer({ min: -100, max: 0 }),
  fc.integer({ min: 2 ** 31, max: 2 ** 33 }),
  fc.nat(1_000).map((ms) => ms / 8),
);

const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Answer>({ given: true, counts: true }) },
  { weight: 1, arbitrary: fc.constant<Answer>({ given: false, counts: false }) },
  {
    weight: 4,
    arbitrary: customWait.chain((ms) => {
      const written = [ms, { milliseconds: ms }, temporal(ms)];
      const counts = Math.max(0, ms);
      return fc.constantFrom<Answer>(
        ...written.map((given) => ({ given, counts })),
        ...written.map((atLeast) => ({ given: { atLeast }, counts: { atLeastMs: counts } })),
      );
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Answer>(
      { broken: 'throws' },
      ...[undefined, null, Number.NaN, Infinity, 'soon', {}, { hour: 1 }, { atLeast: Infinity }, { atLeast: '5' }].map(
        (given) => ({
          broken: 'answers' as const,
          given,
        }),
      ),
    ),
  },
);

const takes = fc.oneof(fc.constant(0), fc.nat(500), fc.nat(20_000));

const failure: fc.Arbitrary<Failure> = fc
  .record({
    takes,
    throws: fc.oneof(
      { weight: 3, arbitrary: fc.constant('flaky') },
      { weight: 1, arbitrary: fc.constantFrom(...Object.keys(thrown)) },
    ),
    answer,
    abort: fc.oneof(
      { weight: 20, arbitrary: fc.constant<Failure['abort']>('never') },
      { weight: 2, arbitrary: fc.constantFrom<Failure['abort']>('during', 'before the wait') },
    ),
  })
  // Which of two complaints comes first is nobody's business.
  .map((given) =>
    given.abort === 'during' && 'broken' in given.answer ? { ...given, answer: { given: true, counts: true } } : given,
  );

const timeout = fc.oneof(
  fc.constant({ ms: undefined, written: undefined }),
  fc.constant({ ms: Infinity, written: Infinity }),
  fc
    .oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 200_000 }))
    .chain((ms) => fc.record({ ms: fc.constant(ms), written: lengthsOf(ms) })),
);

const plan: fc.Arbitrary<Plan> = fc
  .record<Plan>({
    on: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom<Part[]>(['class'], ['hook'], ['promising hook']) },
      {
        weight: 1,
        arbitrary: fc.array(fc.constantFrom<Part>('class', 'hook', 'promising hook', 'refusing hook'), {
          minLength: 1,
          maxLength: 4,
        }),
      },
    ),
    asArray: fc.boolean(),
    ownToCall: fc.boolean(),
    waits: fc.oneof(waits, fc.constant({}), fc.constant({ waitMax: 0 })),
    attempts: fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 15 }), fc.constant(Infinity)),
    timeout,
    attemptTimeout: fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 10_000 })),
    readsSignal: fc.boolean(),
    signal: fc.constantFrom<Plan['signal']>('none', 'policy', 'call', 'both'),
    abortedBefore: fc.oneof({ weight: 20, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    budget: fc.oneof(fc.constant(undefined), fc.nat(6)),
    discards: fc.boolean(),
    causes: fc.constantFrom<Plan['causes']>('errors', 'made', 'broken'),
    name: fc.oneof(fc.constant(undefined), fc.string()),
    callName: fc.oneof(fc.constant(undefined), fc.string()),
    mode: fc.oneof(
      { weight: 8, arbitrary: fc.constant<Plan['mode']>('normal') },
      { weight: 1, arbitrary: fc.constant<Plan['mode']>('inactive') },
      {
        weight: 3,
        arbitrary: fc.record({
          attempts: fc.oneof(fc.integer({ min: 1, max: 15 }), fc.constant(Infinity)),
          cap: fc.boolean(),
        }),
      },
    ),
    random: draw,
    args: fc.array(fc.anything(), { maxLength: 3 }),
    failures: fc.array(failure, { maxLength: 14, size: 'max' }),
    lastTakes: takes,
  })
  .map((given) =>
    given.attempts === Infinity && given.timeout.ms === Infinity
      ? { ...given, signal: given.signal === 'none' ? 'policy' : 'both' }
      : given,
  );

/** What happened in a call, in order. */
type Trace = (
  | { attempt: number; nextWait?: number }
  | { discarded: unknown }
  | { retry: object }
  | { disposed: number }
  | { giveUp: object }
  | { recover: object }
  | { returned: unknown }
  | { threw: unknown }
)[];

/** One call that goes by a plan: what a surface needs to make it, and what is seen of it. */
class Scene {
  readonly trace: Trace = [];
  readonly toldToAll: unknown[] = [];
  readonly errors: unknown[];
  readonly aborter = new AbortController();
  readonly reason: Error = new Error('enough');
  readonly hookFailure: Error = new Error('cannot judge');
  readonly causeFailure: Error = new Error('cannot tell');
  /** When each attempt began and ended, and when hooks were told. */
  readonly begins: number[] = [];
  readonly ends: number[] = [];
  readonly toldAt: number[] = [];
  readonly options: RetryOptions;
  /** What the call is given, where a surface has a call of its own. */
  readonly own: Pick<RunOptions, 'name' | 'on' | 'budget'>;
  readonly plan: Plan;
  #at = 0;

  constructor(plan: Plan, surface: Surface) {
    this.plan = plan;
    this.errors = plan.failures.map(({ throws }) => thrown[throws]?.());
    const parts = plan.on.map((part) => this.#part(part, surface.sync));
    const policySignal =
      plan.signal === 'policy' || plan.signal === 'both' || (plan.signal === 'call' && !surface.takesSignal);
    const on = (parts.length === 1 && !plan.asArray ? parts[0] : parts) as RetryOptions['on'];
    const budget = plan.budget === undefined ? undefined : budgetOf(plan.budget);
    const toCall = plan.ownToCall && surface.takesOwn;
    this.own = { name: plan.callName, ...(toCall && { on, budget }) };
    const options = {
      on: toCall ? Never : on,
      ...plan.waits,
      attempts: plan.attempts,
      timeout: plan.timeout.written,
      attemptTimeout: surface.takesAttemptTimeout ? plan.attemptTimeout : undefined,
      signal: policySignal ? this.aborter.signal : undefined,
      budget: toCall && budget ? budgetOf(0) : budget,
      discard: plan.discards ? (error: unknown) => void this.trace.push({ discarded: error }) : undefined,
      causeOf: plan.causes === 'errors' ? undefined : (error: unknown) => this.causeOf(error),
      name: plan.name,
      onRetry: (details: RetryDetails) => {
        this.#tell({ retry: details });
        if (this.plan.failures[details.retryNum - 1]?.abort === 'before the wait') this.aborter.abort(this.reason);
        return { dispose: () => void this.trace.push({ disposed: details.retryNum }) };
      },
      onGiveUp: (details: GiveUpDetails) => this.#tell({ giveUp: details }),
      onRecover: (details: RecoverDetails) => this.#tell({ recover: details }),
    };
    this.options = options as RetryOptions;
    setRetryHooks([
      {
        onRetry: (details) => void this.toldToAll.push(details),
        onGiveUp: (details) => void this.toldToAll.push(details),
        onRecover: (details) => void this.toldToAll.push(details),
      },
    ]);
    if (plan.abortedBefore) this.aborter.abort(this.reason);
  }

  get callSignal(): AbortSignal | undefined {
    return this.plan.signal === 'call' || this.plan.signal === 'both' ? this.aborter.signal : undefined;
  }

  causeOf(error: unknown): unknown {
    if (this.plan.causes === 'broken') throw this.causeFailure;
    return { made: error };
  }

  /** Begins an attempt; tells how long it takes. */
  begin(attempt?: Attempt): number {
    this.begins.push(performance.now());
    this.trace.push({ attempt: ++this.#at, ...(attempt && { nextWait: attempt.nextWait }) });
    if (attempt) expect(attempt.num).toBe(this.#at);
    if (this.plan.readsSignal) attempt?.signal;
    return this.plan.failures[this.#at - 1]?.takes ?? this.plan.lastTakes;
  }

  /** Ends an attempt as the script has it. */
  end(attempt?: Attempt): string {
    const given = this.plan.failures[this.#at - 1];
    this.ends.push(performance.now());
    if (!given) return 'done';
    if (given.abort === 'during') {
      this.aborter.abort(this.reason);
      if (this.plan.readsSignal && attempt && this.plan.signal !== 'none') expect(attempt.signal.aborted).toBe(true);
    }
    throw this.errors[this.#at - 1];
  }

  attemptSync(attempt?: Attempt): string {
    vi.advanceTimersByTime(this.begin(attempt));
    return this.end(attempt);
  }

  async attempt(attempt?: Attempt): Promise<string> {
    const ms = this.begin(attempt);
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    return this.end(attempt);
  }

  #part(part: Part, sync: boolean): unknown {
    if (part === 'class') return Flaky;
    if (part === 'refusing hook') return () => false;
    const judge = (error: unknown): unknown => {
      expect(error).toBe(this.errors[this.#at - 1]);
      const { answer: given } = this.plan.failures[this.#at - 1] as Failure;
      if ('broken' in given && given.broken === 'throws') throw this.hookFailure;
      return given.given;
    };
    return part === 'promising hook' && !sync ? async (error: unknown) => judge(error) : judge;
  }

  #tell(event: { retry: RetryDetails } | { giveUp: GiveUpDetails } | { recover: RecoverDetails }): void {
    this.trace.push(event);
    this.toldAt.push(performance.now());
    expect(Object.values(event).every(Object.isFrozen)).toBe(true);
  }
}

interface Surface {
  readonly sync: boolean;
  /** Whether the code gets to see the attempt. */
  readonly seesAttempt: boolean;
  readonly takesSignal: boolean;
  readonly takesAttemptTimeout: boolean;
  readonly takesOwn: boolean;
  readonly defaultName: string;
  readonly passesArgs: boolean;
  call(scene: Scene): PromiseLike<unknown>;
}

const nothing = {
  sync: false,
  seesAttempt: false,
  takesSignal: false,
  takesAttemptTimeout: false,
  takesOwn: false,
  passesArgs: false,
};

const surfaces: Record<string, Surface> = {
  run: {
    ...nothing,
    takesOwn: true,
    seesAttempt: true,
    takesSignal: true,
    takesAttemptTimeout: true,
    defaultName: 'script',
    call: (scene) =>
      retry(scene.options).run(
        async function script(attempt) {
          return scene.attempt(attempt);
        },
        { signal: scene.callSignal, ...scene.own },
      ),
  },
  'call begun by hand': {
    ...nothing,
    takesOwn: true,
    takesSignal: true,
    defaultName: 'script',
    async call(scene) {
      const { budget, ...later } = scene.own;
      const call = retry(scene.options).begin({ signal: scene.callSignal, budget });
      try {
        return await scene.attempt();
      } catch (error) {
        return call.fail(
          error,
          async function script() {
            return scene.attempt();
          },
          later,
        );
      }
    },
  },
  'wrapped function': {
    ...nothing,
    defaultName: 'script',
    passesArgs: true,
    call: (scene) =>
      retry(scene.options)(async function script(..._args: unknown[]) {
        return scene.attempt();
      })(...scene.plan.args),
  },
  'wrapped function that does not wait': {
    ...nothing,
    defaultName: 'script',
    passesArgs: true,
    call: (scene) =>
      retry(scene.options)(function script(..._args: unknown[]) {
        return scene.attemptSync();
      })(...scene.plan.args),
  },
  loop: {
    ...nothing,
    seesAttempt: true,
    takesAttemptTimeout: true,
    defaultName: '<block>',
    async call(scene) {
      let result: unknown;
      for await (const attempt of retryContext(scene.options)) {
        try {
          result = await scene.attempt(attempt);
        } catch (error) {
          attempt.fail(error);
        }
      }
      return result;
    },
  },
  'synchronous run': {
    ...nothing,
    takesOwn: true,
    sync: true,
    seesAttempt: true,
    defaultName: 'script',
    call: async (scene) =>
      retrySync(scene.options).run(function script(attempt) {
        return scene.attemptSync(attempt);
      }, scene.own),
  },
  'synchronous wrapped function': {
    ...nothing,
    sync: true,
    defaultName: 'script',
    passesArgs: true,
    call: async (scene) =>
      retrySync(scene.options)(function script(..._args: unknown[]) {
        return scene.attemptSync();
      })(...scene.plan.args),
  },
  'synchronous loop': {
    ...nothing,
    sync: true,
    seesAttempt: true,
    defaultName: '<block>',
    async call(scene) {
      let result: unknown;
      for (const attempt of retryContextSync(scene.options)) {
        try {
          result = scene.attemptSync(attempt);
        } catch (error) {
          attempt.fail(error);
        }
      }
      return result;
    },
  },
};

function near(ms: number): number {
  return Number.isFinite(ms) ? (expect.closeTo(ms, 3) as number) : ms;
}

/** What the documentation says of a call, given when its attempts ended. */
function expected(scene: Scene, surface: Surface): Trace {
  const { plan } = scene;
  const trace: Trace = [];
  if (plan.abortedBefore && plan.signal !== 'none') return [{ threw: scene.reason }];

  const inactive = plan.mode === 'inactive';
  const testing = typeof plan.mode === 'object' ? plan.mode : undefined;
  const own = plan.attempts ?? 10;
  const attempts = inactive ? 1 : testing ? (testing.cap ? Math.min(own, testing.attempts) : testing.attempts) : own;
  const timeoutMs = plan.timeout.ms ?? 45_000;
  const callName = surface.defaultName === '<block>' || surface.passesArgs ? undefined : plan.callName;
  const name = callName ?? plan.name ?? surface.defaultName;
  const newest: unknown[] = [];
  const causeOf = (error: unknown): unknown =>
    ({ errors: error, made: { made: error }, broken: scene.causeFailure })[plan.causes];
  let left = plan.budget ?? Infinity;
  let matched = false;
  let waited = 0;
  let aborted = false;
  let told = 0;
  // By the clock, or by what was waited where that is more.
  const elapsedAt = (time: number | undefined): number =>
    Math.max((time ?? Number.NaN) - (scene.begins[0] as number), waited);

  for (let num = 1; ; num++) {
    const { low, jitter } = bounds(plan.waits, num);
    const noneFollows = testing || num >= attempts || elapsedAt(scene.begins[num - 1]) + low > timeoutMs;
    trace.push({ attempt: num, ...(surface.seesAttempt && { nextWait: noneFollows ? 0 : near(low) }) });

    const failed = plan.failures[num - 1];
    const elapsed = (): number => near(elapsedAt(scene.toldAt[told++]));
    const details = (waitFor: number) => ({
      name,
      args: surface.passesArgs ? plan.args : [],
      retryNum: newest.length,
      waitFor: near(waitFor),
      waitedSoFar: near(waited),
      causedBy: causeOf(newest.at(-1)),
      attempts,
      timeout: timeoutMs,
    });
    if (!failed) {
      if (num > 1) trace.push({ recover: { ...details(0), retryNum: num - 1, elapsed: elapsed() } });
      return [...trace, { returned: 'done' }];
    }
    newest.push(scene.errors[num - 1]);
    const error = newest.at(-1);
    aborted ||= failed.abort === 'during' && plan.signal !== 'none';
    const giveUp = (reason: GiveUpReason): Trace => {
      if (matched)
        trace.push({ giveUp: { ...details(0), elapsed: elapsed(), reason, errors: newest.slice(-10).map(causeOf) } });
      return [...trace, { threw: reason === 'aborted' ? scene.reason : error }];
    };
    if (inactive) return [...trace, { threw: aborted ? scene.reason : error }];

    const timedOut =
      surface.takesAttemptTimeout && plan.readsSignal && failed.takes >= (plan.attemptTimeout ?? Infinity);
    const verdict = timedOut || judge(plan, failed.answer, error, aborted && !surface.sync);
    if (typeof verdict === 'object' && 'broken' in verdict) {
      if (verdict.broken === 'throws') return [...trace, { threw: scene.hookFailure }];
      return [
        ...trace,
        {
          threw: expect.objectContaining({
            constructor: TypeError,
            cause: error,
            message: expect.stringContaining('`on`'),
          }),
        },
      ];
    }
    matched ||= verdict !== false;
    const lowest = typeof verdict === 'object' ? Math.max(low, verdict.atLeastMs) : low;
    const wait = testing ? 0 : typeof verdict === 'number' ? verdict : lowest + plan.random * jitter;
    if (aborted) return giveUp('aborted');
    if (verdict === false) return giveUp('unmatched');
    if (num >= attempts) return giveUp('attempts');
    if (elapsedAt(scene.ends[num - 1]) + wait > timeoutMs) return giveUp('timeout');
    if (left-- < 1) return giveUp('budget');

    if (plan.discards) trace.push({ discarded: error });
    trace.push({ retry: details(wait) }, { disposed: num });
    told++;
    waited += wait;
    if (failed.abort === 'before the wait' && plan.signal !== 'none') return giveUp('aborted');
  }
}

/** The first answer that is not `false`. */
function judge(
  plan: Plan,
  given: Answer,
  error: unknown,
  hurried: boolean,
): boolean | number | Floor | { broken: 'throws' | 'answers' } {
  for (const part of plan.on) {
    // Once the call is aborted nobody waits for an answer.
    if (part === 'promising hook' && hurried) return false;
    if (part === 'class') {
      if (error instanceof Flaky && error.name !== 'AbortError') return true;
    } else if (part !== 'refusing hook') {
      if ('broken' in given) return given;
      if (given.counts !== false) return given.counts;
    }
  }
  return false;
}

async function observe(scene: Scene, surface: Surface): Promise<Trace> {
  const { mode } = scene.plan;
  const setting = mode === 'normal' ? undefined : mode === 'inactive' ? setActive(false) : setTesting(true, mode);
  try {
    const result = await settle(surface.call(scene));
    scene.trace.push(result.status === 'fulfilled' ? { returned: result.value } : { threw: result.reason });
  } finally {
    setting?.dispose();
  }
  return scene.trace;
}

describe.each(Object.entries(surfaces))('a %s', (_, surface) => {
  test('goes as documented, whatever its options and whatever becomes of its attempts', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (given) => {
        vi.spyOn(Math, 'random').mockReturnValue(given.random);
        const scene = new Scene(given, surface);
        const trace = await observe(scene, surface);
        expect(trace).toEqual(expected(scene, surface));
        expect(scene.toldToAll).toEqual(
          trace.flatMap((event) =>
            'retry' in event ? event.retry : 'giveUp' in event ? event.giveUp : 'recover' in event ? event.recover : [],
          ),
        );
        expect(vi.getTimerCount()).toBe(0);
      }),
      runs(3),
    );
  });
});
