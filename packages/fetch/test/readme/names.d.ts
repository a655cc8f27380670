/*
 * Declares the names that the README's examples use without an import. They come from earlier examples or belong to the
 * reader's code.
 */
declare const retryingFetch: typeof import('@stamina/fetch').retryingFetch;
declare const openAsBlob: typeof import('node:fs').openAsBlob;
declare const order: unknown;
declare class OpenAI {
  constructor(options: { maxRetries: number; fetch: typeof globalThis.fetch });
}
