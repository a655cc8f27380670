import { HttpStatusError } from '@stamina/fetch';

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
export function get(url: string, signal?: AbortSignal): Promise<string> {
  return textOf(fetch(url, { signal: signal ?? null }));
}

/** Reads the text of an answer to come. Rejects with a RequestError for any answer but a success, and for none. */
export async function textOf(answer: Promise<Response>): Promise<string> {
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
export function isTransient(error: unknown): boolean | number {
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
