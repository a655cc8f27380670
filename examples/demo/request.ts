/** A request that brought no result. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly path: string;
  /** The status of the answer; `undefined` where none came. */
  readonly status: number | undefined;
  /** How many milliseconds the server asks to wait. */
  readonly retryAfter: number | undefined;

  constructor(path: string, message: string, details: { cause?: unknown; status?: number; retryAfter?: number }) {
    super(message, { cause: details.cause });
    this.path = path;
    this.status = details.status;
    this.retryAfter = details.retryAfter;
  }
}

/** Gets a text. Rejects with a RequestError for any answer but a success, and for none. */
export async function get(url: string, signal?: AbortSignal): Promise<string> {
  const path = new URL(url).pathname;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { signal: signal ?? null });
    text = await response.text();
  } catch (error) {
    throw new RequestError(path, describe(error), { cause: error });
  }
  if (response.ok) return text;
  const { status, statusText, headers } = response;
  // The service only sends seconds; others may send a date (RFC 9110, section 10.2.3).
  const seconds = headers.get('retry-after');
  if (seconds === null) throw new RequestError(path, `${status} ${statusText}`, { status });
  throw new RequestError(path, `${status}, retry after ${seconds} s`, { status, retryAfter: Number(seconds) * 1_000 });
}

/** The backoff hook of all clients: `true` retries after the usual backoff, a number after just that wait. */
export function isTransient(error: unknown): boolean | number {
  // Our own mistakes, a TypeError say, do not go away by trying again.
  if (!(error instanceof RequestError)) return false;
  return error.retryAfter ?? (error.status === undefined || error.status >= 500);
}

function describe(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string } };
  if (name === 'TimeoutError') return 'timed out';
  if (message === 'terminated') return 'answer cut short';
  if (cause?.code === 'ECONNRESET') return 'connection reset';
  return cause?.code === 'UND_ERR_SOCKET' ? 'connection closed' : message;
}
