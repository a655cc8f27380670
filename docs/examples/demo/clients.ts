import { AsyncLocalStorage } from 'node:async_hooks';
import { type RetryOptions, retry, retryBudget, retryContext } from '@stamina/core';
import { HttpStatusError, retryingFetch } from '@stamina/fetch';

/** Something that calls the service. */
export interface Client {
  /** The name that hooks get. */
  readonly name: string;
  /** The way in which it uses stamina. */
  readonly surface: string;
  /** A remark on its policy. */
  readonly note: string;
  /** Its requests go to `/1`, `/2` … below this path. */
  readonly path: string;
  readonly call: (url: string) => Promise<string>;
}

/** Short waits, so that nobody has to wait for the demo; the defaults suit real services. */
export const WAITS = { waitInitial: 50, waitMax: 800, waitJitter: 100 };
const LIMITS = { attempts: 4, timeout: 5_000, ...WAITS };
const POLICY: RetryOptions = { on: isTransient, ...LIMITS };

// 1. `run`: retry a piece of code here and now. Its signal lets a slow attempt be timed out.
const loading = retry({ ...POLICY, name: 'loadUser', attemptTimeout: 1_000 });
const loadUser = (url: string): Promise<string> => loading.run((attempt) => get(url, attempt.signal));

// 2. A wrapped function: called like the plain one.
const getOrder = retry(POLICY)(async function getOrder(url: string) {
  return get(url);
});

// 3. A loop: a block with its own control flow.
async function readNews(url: string): Promise<string> {
  let news = '';
  for await (const attempt of retryContext({ ...POLICY, name: 'readNews', attempts: 10, timeout: 1_500 })) {
    try {
      news = await get(url);
    } catch (error) {
      attempt.fail(error);
    }
  }
  return news;
}

// 4. A budget, shared by all calls: in an outage, retries stop at a share of the load.
const budget = retryBudget({ ratio: 0.25, reserve: 0, minPerSecond: 0 });
const search = retry({ ...POLICY, budget })(async function search(url: string) {
  return get(url);
});

// 5. A fetch that retries by itself, and knows what may be sent twice: a POST only with a key.
const payingFetch = retryingFetch({ ...LIMITS, name: 'pay' });
const payment = { method: 'POST', body: '{ "amount": 7 }' };
const payWithKey = (url: string): Promise<string> =>
  textOf(payingFetch(url, { ...payment, headers: { 'idempotency-key': crypto.randomUUID() } }));
// A lost connection does not say whether the money has gone.
const payWithoutKey = (url: string): Promise<string> =>
  textOf(payingFetch(url, payment)).catch((error: RequestError) => {
    throw new RequestError(`no key: ${error.message}`, { cause: error });
  });
const pay = (url: string): Promise<string> => (url.endsWith('/4') ? payWithoutKey(url) : payWithKey(url));

export const CLIENTS: readonly Client[] = [
  {
    name: 'loadUser',
    surface: 'retry(…).run(…)',
    note: '4 attempts, each of at most 1 s',
    path: '/users',
    call: loadUser,
  },
  {
    name: 'getOrder',
    surface: 'retry(…)(getOrder)',
    note: '4 attempts, in 5 s at most',
    path: '/orders',
    call: getOrder,
  },
  {
    name: 'readNews',
    surface: 'retryContext(…)',
    note: '10 attempts, in 1.5 s at most',
    path: '/news',
    call: readNews,
  },
  {
    name: 'search',
    surface: 'retry(…)(search)',
    note: '4 attempts; budget: 1 retry per 4 calls',
    path: '/search',
    call: search,
  },
  {
    name: 'pay',
    surface: 'retryingFetch(…)',
    note: 'POST, once without an Idempotency-Key',
    path: '/pay',
    call: pay,
  },
];

/** A call of a client. */
export interface Call {
  readonly path: string;
  /** `true` once a hook was called for it. */
  told: boolean;
}

const storage = new AsyncLocalStorage<Call>();

/** Runs `fn` so that everything in it, hooks included, can ask for the current call. */
export function within<T>(call: Call, fn: () => Promise<T>): Promise<T> {
  return storage.run(call, fn);
}

/** Returns the call of which the running code is part. */
export function currentCall(): Call {
  const call = storage.getStore();
  if (call === undefined) throw new Error('no call is under way');
  return call;
}

/** A request that brought no result. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** The status of the answer, or `undefined` if none came. */
  readonly status: number | undefined;
  /** The milliseconds that the server asks to wait. */
  readonly retryAfter: number | undefined;

  constructor(message: string, details: { cause?: unknown; status?: number; retryAfter?: number }) {
    super(message, { cause: details.cause });
    this.status = details.status;
    this.retryAfter = details.retryAfter;
  }
}

/** Gets a text. Rejects with a RequestError for any answer but a success, and for none. */
function get(url: string, signal?: AbortSignal): Promise<string> {
  return textOf(fetch(url, { signal: signal ?? null }));
}

/** Reads the text of an answer to come. Rejects with a RequestError for any answer but a success, and for none. */
async function textOf(answer: Promise<Response>): Promise<string> {
  let response: Response;
  let text: string;
  try {
    response = await answer;
    text = await response.text();
  } catch (error) {
    throw new RequestError(describe(error), { cause: error });
  }
  if (response.ok) return text;
  const { status, headers } = response;
  // The service only sends seconds; others may send a date (RFC 9110, section 10.2.3).
  const seconds = headers.get('retry-after');
  throw new RequestError(describeAnswer(response), {
    status,
    ...(seconds !== null && { retryAfter: Number(seconds) * 1_000 }),
  });
}

/** The predicate of the clients: `true` retries after the usual backoff, a number after exactly that wait. */
function isTransient(error: unknown): boolean | number {
  // Our own mistakes, a TypeError say, do not go away by trying again.
  if (!(error instanceof RequestError)) return false;
  return error.retryAfter ?? (error.status === undefined || error.status >= 500);
}

/** Describes the failure in a few words. */
export function describe(error: unknown): string {
  if (error instanceof RequestError) return error.message;
  if (error instanceof HttpStatusError) return describeAnswer(error.response);
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  if (name === 'TimeoutError') return 'timed out';
  if (message === 'terminated') return 'answer cut short';
  if (cause?.code === 'ECONNRESET') return 'connection reset';
  return cause?.code === 'UND_ERR_SOCKET' ? 'connection closed' : message;
}

function describeAnswer({ status, statusText, headers }: Response): string {
  const seconds = headers.get('retry-after');
  return seconds === null ? `${status} ${statusText}` : `${status}, retry after ${seconds} s`;
}
