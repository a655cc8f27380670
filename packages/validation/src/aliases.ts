/**
 * Patterns that match the names of our options in other libraries: p-retry, async-retry, cockatiel,
 * exponential-backoff, ky, got, axios-retry, fetch-retry, Polly, gRPC and others. The first pattern that matches
 * counts.
 *
 * Aliases are tried before similar names, because an alias often resembles the wrong option. For example, `minTimeout`
 * means `waitInitial`, not `timeout`.
 */
export const ALIASES: Readonly<Record<string, RegExp>> = {
  on: /should|retry(On|If|Con)|handle|bail/,
  onRetry: /failed|before/i,
  timeout: /retryTime|elapsed/i,
  attemptTimeout: /perTry|request/,
  attempts: /tries|^limit|^retry$|count/i,
  waitMax: /max[BDT]|backoffLimit/,
  waitInitial: /delay|minTimeout|initial/i,
  waitJitter: /random/,
  waitExpBase: /factor|backoff|multipl/i,
};
