/* Uses everything that the package exports, as users do. Nothing here runs. It only has to compile. */
import {
  type Attempt,
  addRetryHook,
  type BlockAttempt,
  type CallDetails,
  type DisposableLike,
  type Disposer,
  type Duration,
  type DurationObject,
  type ErrorClass,
  type GiveUpDetails,
  type GiveUpReason,
  getRetryHooks,
  isActive,
  isTesting,
  type OnGiveUp,
  type OnRecover,
  type OnRetry,
  type OnSettle,
  type RecoverDetails,
  type Retried,
  type Retry,
  type RetryAnswer,
  type RetryBlock,
  type RetryBudget,
  type RetryBudgetOptions,
  type RetryDetails,
  type RetryHook,
  type RetryListener,
  type RetryOptions,
  type RetryPredicate,
  type RunOptions,
  retry,
  retryBudget,
  retryContext,
  type SettleDetails,
  setActive,
  setRetryHooks,
  setTesting,
  type TemporalDurationLike,
  type WaitFloor,
} from '@stamina/core';
import {
  type BeginOptions,
  type BegunCall,
  currentScope,
  isWithinScope,
  type LibraryOptions,
  type LibraryPolicy,
  libraryPolicy,
  type RetryableCall,
  runInScope,
  type Scope,
  type ScopeStorage,
  saveSettings,
  toPredicate,
} from '@stamina/core/library';
import {
  type RetrySimulation,
  retrySimulation,
  type SimulatedCall,
  type SimulatedFailure,
  type GiveUpReason as SimulatedReason,
  type SimulatedWorld,
} from '@stamina/core/simulation';
import {
  type RetryBlockSync,
  type RetrySync,
  type RunSyncOptions,
  retryContextSync,
  retrySync,
} from '@stamina/core/sync';
import { exactly } from './exactly.js';

interface User {
  readonly id: string;
}
class HttpError extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}
abstract class TransientError extends Error {
  abstract readonly after: number;
}
declare function load(id: string, signal?: AbortSignal): Promise<User>;
declare function loadNow(id: string): User;
declare const controller: AbortController;

// All options, in every form.

export const everything: RetryOptions = {
  on: HttpError,
  attempts: 3,
  timeout: { minutes: 1, seconds: 30 },
  waitInitial: 50,
  waitMax: { seconds: 2 },
  waitJitter: { milliseconds: 250 },
  waitExpBase: 1.5,
  name: 'load',
  signal: controller.signal,
  attemptTimeout: { seconds: 5 },
  deadline: { seconds: 5 },
  budget: retryBudget(),
  nested: false,
  stop: new AbortController().signal,
  unref: true,
  onRetry: ({ name, waitFor }) => exactly<[string, number]>()([name, waitFor] as [typeof name, typeof waitFor]),
  onGiveUp: ({ reason, errors }) =>
    exactly<[GiveUpReason, readonly unknown[]]>()([reason, errors] as [typeof reason, typeof errors]),
  onRecover: ({ elapsed }) => exactly<number>()(elapsed),
};
export const defaults: RetryOptions = {
  on: Error,
  attempts: undefined,
  timeout: undefined,
  waitInitial: undefined,
  waitMax: undefined,
  waitJitter: undefined,
  waitExpBase: undefined,
  name: undefined,
  signal: undefined,
  attemptTimeout: undefined,
  deadline: undefined,
  budget: undefined,
  nested: undefined,
  stop: undefined,
  unref: undefined,
  onRetry: undefined,
  onGiveUp: undefined,
  onRecover: undefined,
  onSettle: undefined,
};
retry({ on: HttpError, attempts: Infinity, timeout: Infinity, signal: AbortSignal.timeout(60_000) });

// `on` takes classes, predicates, and arrays of both.

retry({ on: TransientError });
retry({ on: class extends HttpError {} });
retry({ on: Object });
retry({ on: DOMException });
retry({ on: (error) => error instanceof HttpError && error.status >= 500 });
retry({ on: (error: unknown) => (error instanceof HttpError ? { seconds: error.status } : false) });
// biome-ignore lint/suspicious/noExplicitAny: users write such predicates.
retry({ on: (error: any) => error.retryAfter ?? true });
retry({ on: async (error) => error instanceof HttpError });
retry({ on: async () => 250 });
retry({ on: () => ({ seconds: 2 }) });
retry({ on: () => ({ atLeast: 250 }) });
retry({ on: async () => ({ atLeast: { seconds: 2 } }) });
export const floor: WaitFloor = { atLeast: 1_000 };
retry({ on: () => Promise.resolve<RetryAnswer>(Math.random() > 0.5) });
retry({ on: [HttpError, TransientError] });
class Unmade extends Error {
  private constructor() {
    super();
  }
}
class Inherited extends Error {
  protected constructor() {
    super();
  }
}
retry({ on: Unmade });
retry({ on: [Inherited, Unmade] });
retry({ on: [HttpError, (error) => error === 'busy', async () => ({ hours: 1 })] });
retry({ on: [HttpError, RangeError] as const });
const readonlyList: readonly ErrorClass[] = [HttpError];
retry({ on: readonlyList });
const predicate: RetryPredicate = (error) => error instanceof HttpError && 1_000;
retry({ on: predicate });

// Durations have units, or the method of Temporal's.

export const units: DurationObject = { days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5 };
declare const temporal: {
  readonly sign: number;
  total(of: 'milliseconds' | { unit: 'milliseconds' | 'seconds' }): number;
};
export const length: Duration = temporal;
export const shape: TemporalDurationLike = temporal;
retry({ on: Error, timeout: temporal, waitMax: units, attemptTimeout: length });

// `run` returns a promise of the function's result.

const policy: Retry = retry({ on: HttpError });
exactly<Promise<User>>()(policy.run(() => load('1')));
exactly<Promise<User>>()(policy.run((attempt) => load('1', attempt.signal), { signal: controller.signal }));
exactly<Promise<User>>()(policy.run(() => loadNow('1'), { name: 'load now' }));
exactly<Promise<number>>()(policy.run(async ({ num }) => num));
exactly<Promise<'a' | 'b'>>()(policy.run(async (): Promise<'a' | 'b'> => 'a'));
exactly<Promise<User | undefined>>()(policy.run((attempt) => (attempt.num > 1 ? load('1') : undefined)));
exactly<Promise<void>>()(policy.run(async () => {}));
exactly<Promise<[User, User]>>()(policy.run(() => Promise.all([load('1'), load('2')])));
export const own: RunOptions = { signal: undefined, name: undefined, deadline: { seconds: 1 } };
exactly<Promise<User>>()(policy.run(() => load('1'), own));

const { run } = policy;
exactly<Promise<number>>()(run(() => 1));
export function look(attempt: Attempt): void {
  exactly<number>()(attempt.num);
  exactly<number>()(attempt.nextWait);
  exactly<number>()(attempt.timeLeft);
  exactly<unknown>()(attempt.lastError);
  exactly<AbortSignal>()(attempt.signal);
}

// Wrapping keeps parameters and their names, `this`, type parameters, overloads and own properties.

const loadAgain = policy(load);
exactly<typeof load>()(loadAgain);
const first = policy(async function first<Item>(items: readonly Item[], otherwise?: Item): Promise<Item | undefined> {
  return items[0] ?? otherwise;
});
exactly<Promise<string | undefined>>()(first(['a']));
exactly<Promise<1 | 2 | undefined>>()(first<1 | 2>([1], 2));
declare function find(id: string): Promise<User>;
declare function find(ids: readonly string[]): Promise<User[]>;
exactly<Promise<User>>()(policy(find)('1'));
exactly<Promise<User[]>>()(policy(find)(['1', '2']));
const greet = policy(async function (this: User, greeting: string) {
  return `${greeting} ${this.id}`;
});
export const greeter = { id: '1', greet };
exactly<Promise<string>>()(greeter.greet('hello'));
exactly<Promise<string>>()(greet.call({ id: '2' }, 'hello'));
const tagged = policy(Object.assign(async () => 1, { tag: 'fetcher' }));
exactly<string>()(tagged.tag);
const taggedNow = policy(Object.assign((text: string) => text.length, { tag: 'counter' }));
exactly<string>()(taggedNow.tag);
exactly<Promise<number>>()(taggedNow('x'));
exactly<Retried<typeof load>>()(load);

// A synchronous function becomes asynchronous.

exactly<Promise<User>>()(policy(loadNow)('1'));
const same = policy(<Value>(value: Value) => value);
const x = same<'x'>('x');
exactly<Promise<'x'>>()(x);
// biome-ignore lint/suspicious/noExplicitAny: users write such functions.
exactly<Promise<any>>()(policy((text: string): any => text)('x'));
const failing = policy(() => {
  throw new Error('always');
});
const never = failing();
exactly<Promise<never>>()(never);
exactly<Promise<number>>()(policy((text: string): number | Promise<number> => text.length)('x'));
exactly<Promise<string>>()(
  policy(function (this: User, greeting: string) {
    return greeting + this.id;
  }).call({ id: '1' }, 'hello'),
);
exactly<Promise<User>>()(policy((id: string): PromiseLike<User> => load(id))('1'));
class Lazy<Value> extends Promise<Value> {
  cancel(): void {}
}
exactly<Promise<User>>()(policy((id: string) => new Lazy<User>((resolve) => resolve({ id })))('1'));

// The type of an async generator does not change.

const pages = policy(async function* pages(from: number, size = 10): AsyncGenerator<number[], string, boolean> {
  return (yield [from, size]) ? 'more' : 'done';
});
exactly<AsyncGenerator<number[], string, boolean>>()(pages(1));

const integers = policy(async function* (): AsyncIterableIterator<number> {
  yield 1;
});
exactly<AsyncIterableIterator<number>>()(integers());
const iterable = policy(async function* (): AsyncIterable<number> {
  yield 1;
});
exactly<AsyncIterable<number>>()(iterable());

// A class that is merely async iterable becomes a promise.

class Feed {
  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    yield 1;
  }
  close(): void {}
}
exactly<Promise<Feed>>()(policy(() => new Feed())());

// Helpers may be generic over the function, its parameters or its result.

// biome-ignore lint/suspicious/noExplicitAny: users write such helpers.
export function wrapWhole<Fn extends (...args: any[]) => Promise<any>>(fn: Fn): Fn {
  return policy(fn);
}
// biome-ignore lint/suspicious/noExplicitAny: users write such helpers.
export function wrapGenerator<Fn extends (...args: any[]) => AsyncGenerator<string>>(fn: Fn): Fn {
  return policy(fn);
}
export function wrapPromise<Args extends unknown[], R>(
  fn: (...args: Args) => Promise<R>,
): (...args: Args) => Promise<R> {
  return policy(fn);
}
export function wrapAny<Args extends unknown[], R>(fn: (...args: Args) => R): (...args: Args) => Promise<Awaited<R>> {
  return policy(fn);
}
export function runAny<R>(fn: () => R): Promise<Awaited<R>> {
  return policy.run(fn);
}

// Blocks.

export async function block(): Promise<User | undefined> {
  let user: User | undefined;
  for await (const attempt of retryContext({ on: HttpError, attempts: 3 })) {
    exactly<BlockAttempt>()(attempt);
    try {
      user = await load('1', attempt.signal);
    } catch (error) {
      attempt.fail(error);
    }
  }
  return user;
}
export const asAttempt = (attempt: BlockAttempt): Attempt => attempt;
const blocks: AsyncIterable<BlockAttempt> = retryContext(everything);
void blocks;

// Synchronous surfaces.

const syncPolicy: RetrySync = retrySync({ on: Error, attempts: 3 });
exactly<User>()(syncPolicy.run(() => loadNow('1')));
export const ownNow: RunSyncOptions = { name: 'count' };
exactly<number>()(syncPolicy.run(({ num }) => num, ownNow));
exactly<typeof loadNow>()(syncPolicy(loadNow));
const firstNow = syncPolicy(<Item>(items: readonly Item[]) => items[0]);
exactly<string | undefined>()(firstNow(['a']));
exactly<string>()(
  syncPolicy(function (this: User) {
    return this.id;
  }).call({ id: '1' }),
);
// biome-ignore lint/suspicious/noExplicitAny: users write such helpers.
export function wrapWholeNow<Fn extends (...args: any[]) => unknown>(fn: Fn): Fn {
  return syncPolicy(fn);
}
export function wrapNow<Args extends unknown[], R>(fn: (...args: Args) => R): (...args: Args) => R {
  return syncPolicy(fn);
}
export function runNow<R>(fn: () => R): R {
  return syncPolicy.run(fn, { name: 'now' });
}
const evens = syncPolicy(function* (): Generator<number> {
  yield 2;
});
exactly<Generator<number>>()(evens());
// biome-ignore lint/suspicious/noExplicitAny: users write such functions.
exactly<any>()(syncPolicy.run((): any => 1));
export function blockNow(): string | undefined {
  let text: string | undefined;
  for (const attempt of retryContextSync({ on: Error })) {
    try {
      text = loadNow(String(attempt.num)).id;
    } catch (error) {
      attempt.fail(error);
    }
  }
  return text;
}

// Hooks.

const listener: RetryListener = {
  onRetry: (details) => exactly<RetryDetails>()(details),
  onGiveUp: (details) => exactly<GiveUpDetails>()(details),
  onRecover: (details) => exactly<RecoverDetails>()(details),
  onSettle: (details) => exactly<SettleDetails>()(details),
};
class Counter implements RetryListener {
  count = 0;
  onRetry(details: RetryDetails): void {
    this.count += details.retryNum;
  }
  onGiveUp(_: GiveUpDetails): void {}
}
export const onRetry: OnRetry = ({ args, causedBy, attempt, retryNum, waitFor, waitedSoFar, attempts, timeout }) =>
  void [args, causedBy, attempt, retryNum, waitFor, waitedSoFar, attempts, timeout];
export const onGiveUp: OnGiveUp = async ({ reason }) => {
  const known: 'aborted' | 'unmatched' | 'stopped' | 'attempts' | 'deadline' | 'timeout' | 'budget' = reason;
  await Promise.resolve(known);
};
export const onRecover: OnRecover = ({ attempt, elapsed }) => void [attempt, elapsed];
export const onSettle: OnSettle = ({ reason }) => void (reason satisfies GiveUpReason | undefined);
export const common = (details: RetryDetails | GiveUpDetails | RecoverDetails | SettleDetails): CallDetails => details;
setRetryHooks([]);
setRetryHooks([listener, new Counter(), ({ name }) => console.warn(name)]);
setRetryHooks(getRetryHooks());
const hook: RetryHook = listener;
const removal: Disposer = addRetryHook(hook);
removal.dispose();
const holder: DisposableLike = { dispose() {} };
addRetryHook(() => holder);
addRetryHook(({ retryNum }) => ({ dispose: () => void retryNum }));
addRetryHook(({ retryNum }) => (retryNum > 1 ? { dispose() {} } : undefined));
addRetryHook({ onRetry: () => {} }).dispose();

// Other results of hooks are ignored, with every type library.
const names: string[] = [];
addRetryHook(({ name }) => names.push(name));
addRetryHook(async ({ name }) => void names.push(name));
addRetryHook({ onRetry: ({ name }) => names.push(name) });
retry({ on: Error, onRetry: async ({ name }) => names.push(name), onGiveUp: ({ name }) => names.push(name) });

// Activation and test mode.

exactly<boolean>()(isActive());
exactly<boolean>()(isTesting());
setActive(false).dispose();
setTesting(true).dispose();
setTesting(true, {}).dispose();
setTesting(true, { attempts: 3, cap: true }).dispose();
setTesting(false);

// The budget.

const shares: RetryBudgetOptions = { ratio: 0.2, reserve: 50, minPerSecond: 5, window: { seconds: 30 } };
const budget: RetryBudget = retryBudget(shares);
exactly<number>()(budget.balance);
retry({ on: HttpError, budget });
retryBudget({ window: temporal });
retryBudget(undefined);
const budgetOfMine: RetryBudget = { balance: 1, deposit() {}, withdraw: () => true };
retry({ on: HttpError, budget: budgetOfMine });

// The options that were given.

exactly<RetryOptions>()(retry(everything).options);
const loop: RetryBlock = retryContext(everything);
exactly<RetryOptions>()(loop.options);
const loopSync: RetryBlockSync = retryContextSync(everything);
exactly<RetryOptions>()(loopSync.options);
exactly<RetryOptions>()(retrySync(everything).options);

// Simulations.

const world: SimulatedWorld = { now: () => 0, random: Math.random };
const simulation: RetrySimulation = retrySimulation(everything, world);
exactly<number>()(simulation.attempts);
exactly<number>()(simulation.timeout);
exactly<number>()(simulation.attemptTimeout);
exactly<number>()(simulation.deadline);
const simulated: SimulatedCall = simulation.begin();
const failure: SimulatedFailure = { error: new HttpError(503), timedOut: undefined };
exactly<number | SimulatedReason>()(simulated.fail(failure));
simulated.fail();
simulated.fail({ timedOut: true });

// A library that makes the first attempt itself.

export const libraryOptions: LibraryOptions = { attempts: 3, attemptTimeout: { seconds: 1 }, budget };
const library: LibraryPolicy = libraryPolicy(libraryOptions);
libraryPolicy();
exactly<number>()(library.attempts);
exactly<number>()(library.timeout);
exactly<number>()(library.attemptTimeout);
exactly<number>()(library.deadline);
export const ofCall: BeginOptions = { signal: controller.signal, name: undefined, budget };
const begun: BegunCall = library.begin(ofCall);
exactly<number>()(begun.attempts);
exactly<Promise<User>>()(begun.retry(new HttpError(503), { attempt: () => load('1'), classify: () => true }));
exactly<Promise<number>>()(begun.retry('text', { attempt: ({ num }) => num, classify: async () => 250 }));
class Query implements RetryableCall<Promise<User>> {
  get name(): string {
    return 'query';
  }
  attempt(attempt: Attempt): Promise<User> {
    return load('1', attempt.signal);
  }
  classify(error: unknown): RetryAnswer | PromiseLike<RetryAnswer> {
    return toPredicate('on', HttpError)(error);
  }
  report(error: unknown): string {
    return String(error);
  }
  discard(_error: unknown): void {}
}
exactly<Promise<User>>()(begun.retry(undefined, new Query()));
exactly<RetryPredicate>()(toPredicate('on', [HttpError, () => 5]));

// Scopes, for testing tools.

declare const storage: ScopeStorage;
exactly<number>()(
  runInScope(
    () => storage,
    () => 1,
  ),
);
exactly<Promise<User>>()(
  runInScope(
    () => storage,
    () => load('1'),
  ),
);
const scope: Scope | undefined = currentScope();
if (scope) exactly<boolean>()(isWithinScope(scope));
exactly<Scope | undefined>()(scope?.outer);
exactly<() => void>()(saveSettings());

/* Uses the decorators of the language, as users do. */

const flaky = retry({ on: Error });
const flakyNow = retrySync({ on: Error });

class Users {
  #prefix = 'user';

  @retry({ on: Error, attempts: 3 })
  async get(id: string, signal?: AbortSignal): Promise<{ id: string }> {
    signal?.throwIfAborted();
    return { id: this.#prefix + id };
  }

  @flaky
  async first<Item>(items: readonly Item[]): Promise<Item | undefined> {
    return items[0];
  }

  @flaky
  async *pages(from: number): AsyncGenerator<number, string> {
    yield from;
    return 'done';
  }

  @flaky
  async *numbers(): AsyncIterableIterator<number> {
    yield 1;
  }

  @flaky
  static async create(this: typeof Users): Promise<Users> {
    return new this();
  }

  @flaky
  async #secret(): Promise<number> {
    return 1;
  }

  @flaky
  protected async reload(): Promise<number> {
    return this.#secret();
  }

  @flaky
  async 'quoted name'(): Promise<void> {
    await this.reload();
  }

  @flaky
  async [Symbol.asyncIterator](): Promise<boolean> {
    return true;
  }

  @flakyNow
  read(path: string): string {
    return path;
  }
}

const users = new Users();
exactly<Promise<{ id: string }>>()(users.get('1'));
exactly<Promise<string | undefined>>()(users.first(['a']));
exactly<AsyncGenerator<number, string>>()(users.pages(1));
exactly<AsyncIterableIterator<number>>()(users.numbers());
exactly<Promise<Users>>()(Users.create());
exactly<string>()(users.read('a'));
