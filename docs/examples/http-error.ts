/** The errors of the other examples, and which of them are worth a retry. */
import { isTransient } from '@stamina/fetch';

/** A response whose status is not a success. */
export class HttpError extends Error {
  readonly status: number;

  constructor({ status, statusText }: Response) {
    super(`${status} ${statusText}`);
    this.status = status;
  }
}

/** Returns true for a lost connection, a 429 and a 5xx, which may pass by themselves. A 404 or a 401 does not. */
export function isWorthRetrying(error: unknown): boolean {
  if (error instanceof HttpError) return error.status === 429 || error.status >= 500;
  return isTransient(error);
}
