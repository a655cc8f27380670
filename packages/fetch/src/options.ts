import { type Duration, type Retry, type RetryBudget, type RetryOptions, retry } from '@stamina/core';
import { checkKeys, checkList, complaint } from './invalid.ts';
import { type Origin, originBudgets } from './origin.ts';
import { Refusal } from './refusal.ts';

/** What makes a request: any function that is called as `fetch` is. */
export type FetchLike = (...args: Parameters<typeof globalThis.fetch>) => ReturnType<typeof globalThis.fetch>;

/** Names a request for hooks, logs and metrics; keep it of few values, and free of secrets. */
export type NameFunction = (request: { readonly method: string; readonly url: URL }) => string;

/** Finds the retry budget of a request; `undefined` for none. */
export type BudgetFunction = (url: URL) => RetryBudget | undefined;

/** How to retry: the options of `@stamina/core`, and those of HTTP. `undefined` stands for the default. */
export interface RetryingFetchOptions extends Omit<RetryOptions, 'on' | 'name' | 'budget' | 'discard' | 'causeOf'> {
  /** Most attempts in all, the first included: an integer ≥ 1, or Infinity. Default 4. */
  attempts?: number | undefined;
  /** Methods that are safe to repeat, in any case. Default GET, HEAD, OPTIONS, PUT, DELETE and QUERY (RFC 9110, section 9.2.2). */
  methods?: readonly string[] | undefined;
  /** Statuses that are retried, 200 to 599. Default 408, 425, 429, 500, 502, 503 and 504. 413 is retried too where it carries `Retry-After`. */
  statuses?: readonly number[] | undefined;
  /** Further errors to retry: asked about those that are not transient by `isTransient`, of requests that may be repeated. */
  on?: RetryOptions['on'] | undefined;
  /** Ends an attempt whose headers take longer, > 0 ms or a duration; the body may take as long as it needs. Default: none. */
  attemptTimeout?: number | Duration | undefined;
  /** Limits the retries of many calls: a budget, a function that finds one, or `false`. Default: one per origin, for the newest 1 000. */
  budget?: RetryBudget | BudgetFunction | false | undefined;
  /** What hooks, logs and metrics call a request. Default: method and host, `GET api.example.com`; never path, query or credentials. */
  name?: string | NameFunction | undefined;
  /** What makes the requests. Default: `globalThis.fetch`, looked up at each call. */
  fetch?: FetchLike | undefined;
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'QUERY'];
const STATUSES = [408, 425, 429, 500, 502, 503, 504];
const ATTEMPTS = 4;

const OPTIONS: readonly string[] = [
  'methods',
  'statuses',
  'on',
  'attempts',
  'timeout',
  'attemptTimeout',
  'waitInitial',
  'waitMax',
  'waitJitter',
  'waitExpBase',
  'budget',
  'name',
  'fetch',
  'signal',
  'unref',
  'onRetry',
  'onGiveUp',
  'onRecover',
];

/** What a method may consist of (RFC 9110, section 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

const isStatus = (status: number): boolean => Number.isInteger(status) && status >= 200 && status <= 599;

/** What names and budgets go by. */
interface Addressed {
  readonly method: string;
  readonly origin: Origin | undefined;
  /** Parsed once it is read. */
  readonly url: URL | undefined;
}

/** Options once checked and resolved. */
export interface Settings {
  readonly policy: Retry;
  readonly attempts: number;
  readonly attemptTimeoutMs: number;
  readonly methods: ReadonlySet<string>;
  readonly statuses: ReadonlySet<number>;
  readonly on: RetryOptions['on'] | undefined;
  readonly signal: AbortSignal | undefined;
  readonly fetch: FetchLike | undefined;
  readonly budgetOf: (request: Addressed) => RetryBudget | undefined;
  /** Whether the user names requests; the name that they have otherwise is made only for those that fail. */
  readonly named: boolean;
  /** The user's function. */
  readonly nameOf: ((request: Addressed) => string) | undefined;
}

/** Checks options and fills in the defaults; core checks those that are its own. */
export function resolveOptions(options: RetryingFetchOptions): Settings {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(
      complaint('options of retryingFetch', 'an object', options, 'write retryingFetch({ attempts: 3 })'),
    );
  }
  checkKeys(options, OPTIONS);
  const { methods = METHODS, statuses = STATUSES, fetch, name, budget, on, attempts = ATTEMPTS, ...rest } = options;
  if (fetch !== undefined && typeof fetch !== 'function') {
    throw new TypeError(
      complaint('fetch', 'a function that is called as fetch is', fetch, 'leave it out for the global one'),
    );
  }
  const policy = retry({
    ...rest,
    attempts,
    on: on === undefined ? () => false : on,
    name: typeof name === 'function' ? undefined : name,
    budget: typeof budget === 'function' || budget === false ? undefined : budget,
    discard: (thrown) => {
      if (thrown instanceof Refusal) thrown.discard();
    },
    causeOf: (thrown) => (thrown instanceof Refusal ? thrown.error : thrown),
  });
  return {
    policy,
    attempts,
    attemptTimeoutMs: toMs(options.attemptTimeout),
    methods: new Set(
      checkList('methods', methods, 'string', (method) => TOKEN.test(method), 'a method', "write ['GET', 'POST']").map(
        (method) => method.toUpperCase(),
      ),
    ),
    statuses: new Set(
      checkList('statuses', statuses, 'number', isStatus, 'an integer from 200 to 599', 'write [429, 503]'),
    ),
    on,
    signal: options.signal,
    fetch,
    budgetOf: toBudgetOf(budget),
    named: name !== undefined,
    nameOf: typeof name === 'function' ? ({ method, url }) => (url ? name({ method, url }) : method) : undefined,
  };
}

/** The budget of one call; `undefined` also where core has it from the options. */
function toBudgetOf(budget: RetryingFetchOptions['budget']): Settings['budgetOf'] {
  if (typeof budget === 'function') return ({ url }) => url && budget(url);
  if (budget !== undefined) return () => undefined;
  const budgetOf = originBudgets();
  return ({ origin }) => origin && budgetOf(origin);
}

/** A duration that core has checked, in ms. */
function toMs(duration: number | Duration = Infinity): number {
  if (typeof duration === 'number') return duration;
  if ('total' in duration) return duration.total({ unit: 'milliseconds' });
  const { days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = duration;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000 + milliseconds;
}
