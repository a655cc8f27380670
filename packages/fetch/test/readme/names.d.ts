/*
 * Declares the names that the README's examples use without an import. They come from earlier examples or belong to the
 * reader's code.
 */
declare const retryingFetch: typeof import('@stamina/fetch').retryingFetch;
declare const order: unknown;
