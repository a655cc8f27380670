/*
 * Names that the README's examples use without saying where they come from: what an earlier example imported or made,
 * and the reader's code.
 */
declare const retryingFetch: typeof import('@stamina/fetch').retryingFetch;
declare const openAsBlob: typeof import('node:fs').openAsBlob;
declare const order: unknown;
declare class OpenAI {
  constructor(options: { maxRetries: number; fetch: typeof globalThis.fetch });
}
