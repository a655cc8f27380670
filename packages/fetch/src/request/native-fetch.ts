import type { FetchLike } from './init.ts';

/** Matches the source of the `fetch` of Node or Deno, or its name where the engine hides the source. */
const SOURCE =
  /^(?:async )?function fetch\((?:input, init = undefined\)|\.\.\.e\)\{return lazyFetch|\) \{\s+\[native code])/;

/**
 * The runtime's own `fetch`, or `undefined` if the global one was replaced before this module was loaded, as by Sentry
 * or Datadog. A proxy hides its source as well, but has no name there. Sentry replaces `Function.prototype.toString`, so
 * that its wrapper has the source of the original, but has more properties of its own.
 */
export const NATIVE_FETCH: FetchLike | undefined =
  SOURCE.test(String(globalThis.fetch)) && Reflect.ownKeys(globalThis.fetch).length < 4 ? globalThis.fetch : undefined;
