/**
 * A pattern for each of our options that matches its names in other libraries: p-retry, async-retry, cockatiel,
 * exponential-backoff, ky, got, axios-retry, fetch-retry, Polly, gRPC and others. Aliases come before likeness, because
 * such a name is often more like another option of ours: `minTimeout` means `waitInitial`, not `timeout`.
 */
export const ALIASES: Readonly<Record<string, RegExp>> = {
  on: /should|retry(On|If|Con)|handle|bail/,
  onRetry: /failed|before/i,
  timeout: /retryTime|elapsed|deadline/i,
  attemptTimeout: /perTry|request/,
  attempts: /tries|^limit|^retry$|count/i,
  waitMax: /max[BDT]|backoffLimit/,
  waitInitial: /delay|minTimeout|initial/i,
  waitJitter: /random/,
  waitExpBase: /factor|backoff|multipl/i,
};
