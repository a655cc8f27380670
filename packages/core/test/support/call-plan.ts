// Draws plans of calls. A plan holds the options, the outcome of each attempt, and the results of predicates.
import type { Duration } from '@stamina/core';
import fc from 'fast-check';
import { draw, lengthsOf, temporal, type Waits, waits } from './arbitraries.ts';
import type { Surface } from './surfaces.ts';

export class Flaky extends Error {}
class VeryFlaky extends Flaky {}

/** Makes the errors of attempts. */
export const THROWN: Readonly<Record<string, () => unknown>> = {
  flaky: () => new Flaky('flaky'),
  subclass: () => new VeryFlaky('very flaky'),
  frozen: () => Object.freeze(new Flaky('frozen')),
  aborted: () => Object.assign(new Flaky('cancelled'), { name: 'AbortError' }),
  other: () => new RangeError('other'),
  string: () => 'just text',
  undefined: () => undefined,
};

/** The meaning of an answer that sets the least wait of the backoff. */
export interface Floor {
  readonly atLeastMs: number;
  readonly isCharged: boolean;
}

/** The answer of a predicate. It returns `given`, which means `counts`. A broken one throws or returns nonsense. */
export type Answer =
  | { readonly given: unknown; readonly counts: boolean | number | Floor }
  | { readonly broken: 'throws' }
  | { readonly broken: 'answers'; readonly given: unknown };

/** An attempt that fails. `takes` is in ms, and `throws` is a key of `THROWN`. */
export interface Failure {
  readonly takes: number;
  readonly throws: string;
  readonly answer: Answer;
  readonly abort: Moment;
  readonly stop: Moment;
  /** A call inside the attempt gives up with the error. */
  readonly isNested: boolean;
}

/** A moment during an attempt, or in the hook that is called after it. */
export type Moment = 'never' | 'during' | 'before the wait';

/** One item of `on`. A predicate gives the planned answer, at once or as a promise, or it always answers false. */
export type Part = 'class' | 'predicate' | 'promising predicate' | 'refusing predicate';

/** A duration in ms, and one of the ways to write it. */
interface Limit {
  readonly ms: number | undefined;
  readonly written: number | Duration | undefined;
}

export interface Plan {
  readonly on: readonly Part[];
  readonly asArray: boolean;
  readonly waits: Waits;
  readonly attempts: number | undefined;
  readonly timeout: Limit;
  readonly deadline: Limit;
  /** Gives the deadline to the call, and another one to the policy. */
  readonly deadlineOfCall: boolean;
  readonly attemptTimeout: number | undefined;
  readonly readsSignal: boolean;
  readonly signal: 'none' | 'policy' | 'call' | 'both';
  readonly abortedBefore: boolean;
  readonly stop: 'none' | 'given' | 'aborted before';
  readonly nested: boolean | undefined;
  /** The number of retries that the budget allows. */
  readonly budget: number | undefined;
  /** Gives the budget to the call, and another one to the policy. */
  readonly budgetOfCall: boolean;
  readonly discards: boolean;
  /** Hooks get the errors themselves, the results of `report`, or the error that `report` throws. */
  readonly reports: 'errors' | 'results' | 'failures';
  readonly name: string | undefined;
  readonly callName: string | undefined;
  readonly mode: 'normal' | 'inactive' | { readonly attempts: number; readonly cap: boolean };
  readonly random: number;
  readonly args: readonly unknown[];
  readonly failures: readonly Failure[];
  /** The time in ms that the attempt after the last failure takes. That attempt succeeds. */
  readonly lastTakes: number;
}

const customWait = fc.oneof(
  fc.nat(5_000),
  fc.integer({ min: -100, max: 0 }),
  fc.integer({ min: 2 ** 31, max: 2 ** 33 }),
  fc.nat(1_000).map((ms) => ms / 8),
);

const invalidAnswers = [
  undefined,
  null,
  Number.NaN,
  Infinity,
  'soon',
  {},
  { hour: 1 },
  { atLeast: Infinity },
  { atLeast: '5' },
];

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
        ...written.map((atLeast) => ({ given: { atLeast }, counts: { atLeastMs: counts, isCharged: true } })),
        { given: { atLeast: ms, budget: false }, counts: { atLeastMs: counts, isCharged: false } },
      );
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Answer>(
      { broken: 'throws' },
      ...invalidAnswers.map((given) => ({ broken: 'answers' as const, given })),
    ),
  },
);

const takes = fc.oneof(fc.constant(0), fc.nat(500), fc.nat(20_000));

const moment = fc.oneof(
  { weight: 20, arbitrary: fc.constant<Moment>('never') },
  { weight: 2, arbitrary: fc.constantFrom<Moment>('during', 'before the wait') },
);

const failure: fc.Arbitrary<Failure> = fc
  .record({
    takes,
    throws: fc.oneof(
      { weight: 3, arbitrary: fc.constant('flaky') },
      { weight: 1, arbitrary: fc.constantFrom(...Object.keys(THROWN)) },
    ),
    answer,
    abort: moment,
    stop: moment,
    isNested: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  })
  // The documentation does not say which error is thrown if a call is aborted and its predicate is broken.
  .map((given) =>
    given.abort === 'during' && 'broken' in given.answer ? { ...given, answer: { given: true, counts: true } } : given,
  );

const limit: fc.Arbitrary<Limit> = fc.oneof(
  fc.constant({ ms: undefined, written: undefined }),
  fc.constant({ ms: Infinity, written: Infinity }),
  fc
    .oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 200_000 }))
    .chain((ms) => fc.record({ ms: fc.constant(ms), written: lengthsOf(ms) })),
);

const plan: fc.Arbitrary<Plan> = fc.record<Plan>({
  on: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom<Part[]>(['class'], ['predicate'], ['promising predicate']) },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom<Part>('class', 'predicate', 'promising predicate', 'refusing predicate'), {
        minLength: 1,
        maxLength: 4,
      }),
    },
  ),
  asArray: fc.boolean(),
  waits: fc.oneof(waits, fc.constant({}), fc.constant({ waitMax: 0 })),
  attempts: fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 15 }), fc.constant(Infinity)),
  timeout: limit,
  deadline: limit,
  deadlineOfCall: fc.boolean(),
  attemptTimeout: fc.oneof(fc.constant(undefined), fc.integer({ min: 1, max: 10_000 })),
  readsSignal: fc.boolean(),
  signal: fc.constantFrom<Plan['signal']>('none', 'policy', 'call', 'both'),
  abortedBefore: fc.oneof({ weight: 20, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  stop: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom<Plan['stop']>('none', 'given') },
    { weight: 1, arbitrary: fc.constant<Plan['stop']>('aborted before') },
  ),
  nested: fc.constantFrom(undefined, true, false),
  budget: fc.oneof(fc.constant(undefined), fc.nat(6)),
  budgetOfCall: fc.boolean(),
  discards: fc.boolean(),
  reports: fc.constantFrom<Plan['reports']>('errors', 'results', 'failures'),
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
});

/** Draws plans for a surface. They hold nothing that the surface would ignore, and only options that are allowed together. */
export function plansFor(surface: Surface): fc.Arbitrary<Plan> {
  const isLibrary = surface.form === 'library';
  const hasArgs = surface.args.length > 0;
  return plan.map((drawn) => {
    const given: Plan = {
      ...drawn,
      signal: signalFor(surface, drawn.signal),
      deadline: surface.takesDeadline ? drawn.deadline : { ms: undefined, written: undefined },
      deadlineOfCall: surface.takesCallDeadline && drawn.deadlineOfCall,
      attemptTimeout: surface.takesAttemptTimeout ? drawn.attemptTimeout : undefined,
      readsSignal: surface.givesAttempt && drawn.readsSignal,
      callName: surface.takesCallName ? drawn.callName : undefined,
      budgetOfCall: isLibrary && drawn.budgetOfCall,
      discards: isLibrary && drawn.discards,
      reports: isLibrary ? drawn.reports : 'errors',
      args: hasArgs ? drawn.args : [],
    };
    const isUnlimited = given.attempts === Infinity && given.timeout.ms === Infinity;
    if (!isUnlimited) return given;
    // Without a limit, the policy must have a signal. A signal of the call is not enough.
    if (!surface.takesSignal) return { ...given, attempts: undefined };
    return { ...given, signal: given.signal === 'none' || given.signal === 'policy' ? 'policy' : 'both' };
  });
}

function signalFor({ takesSignal, takesCallSignal }: Surface, drawn: Plan['signal']): Plan['signal'] {
  if (!takesSignal) return 'none';
  return takesCallSignal || drawn === 'none' ? drawn : 'policy';
}
