import { retryAfterOf } from '@stamina/network';
import { type Fields, type Finding, lookUp, type Rows } from './walk.ts';

/** The statuses of HTTP that may pass: https://www.rfc-editor.org/rfc/rfc9110#section-15 */
const STATUSES: Rows = {
  // Request Timeout. [seen]
  408: 'unavailable',
  // Too Early. [seen]
  425: 'unavailable',
  // Too Many Requests. [seen]
  429: 'throttled',
  // Internal Server Error. [seen]
  500: 'unavailable',
  // Bad Gateway. [seen]
  502: 'unavailable',
  // Service Unavailable. [seen]
  503: 'unavailable',
  // Gateway Timeout. [seen]
  504: 'unavailable',
};

/**
 * Judges the status of a response, and reads when the server wants to be called again. A status from 400 on that has no
 * row ends the search, because then the request itself is wrong.
 *
 * @param more the rows of statuses that only this server has
 */
export function judgeResponse(status: unknown, headers: unknown, more?: Rows): Finding {
  if (typeof status !== 'number' || status < 400) return undefined;
  const kind = (more && lookUp(more, status)) ?? lookUp(STATUSES, status);
  return kind === undefined ? 'never' : withWait(kind, { status, headers });
}

/** Adds the wait that a response requests to a kind. */
export function withWait(kind: NonNullable<ReturnType<typeof lookUp>>, response: Fields): Finding {
  const atLeast = retryAfterOf(response.headers, response.status);
  return atLeast === undefined ? kind : { kind, atLeast };
}
