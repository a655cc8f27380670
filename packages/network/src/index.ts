export { headerOf, parseRetryAfter, retryAfterOf } from './retry-after.ts';
export { CONNECTION_CODES, FETCH_MESSAGES } from './unreachable.ts';
