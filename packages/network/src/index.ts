export { headerOf, parseRetryAfter } from './retry-after.ts';
export { CONNECTION_CODES, FETCH_MESSAGES } from './unreachable.ts';
