/*
 * The upper bounds of the buckets of histograms. All plugins use the same bounds, so that dashboards can compare them.
 */

/**
 * The bounds for waits, in seconds. Up to 5 s, they are the limits of the waits of the default backoff, which are 0.1
 * to 1.1 s for the first retry, 0.2 to 1.2 s for the second, and so on. Therefore all waits between two bounds are
 * equally likely, as Prometheus assumes when it calculates quantiles. Longer waits come from `Retry-After`, for
 * example.
 */
export const WAIT_SECONDS: readonly number[] = [
  0.1, 0.2, 0.4, 0.8, 1.1, 1.2, 1.4, 1.8, 2.6, 3.2, 4.2, 5, 10, 30, 60, 300,
];

/**
 * The bounds for whole calls, with their waits, in seconds. The first are for calls that succeed at once. 45 s is the
 * default `timeout`.
 */
export const CALL_SECONDS: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 120, 300,
];

/** The bounds for the number of retries of a call. The default `attempts` allow nine retries. */
export const RETRIES_PER_CALL: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 50];
