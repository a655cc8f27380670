import type { FetchLike } from './init.ts';

/** Matches the source of the `fetch` of Node or Deno. Other engines hide the source, and only show the name. */
const SOURCE =
  /^(?:async )?function fetch\((?:input, init = undefined\)|\.\.\.e\)\{return lazyFetch|\) \{\s+\[native code])/;

/**
 * The runtime's own `fetch`, or `undefined` if the global one was replaced before this module was loaded, for example
 * by Sentry or Datadog.
 *
 * No runtime says whether its `fetch` was replaced, so this looks at the source text. The text of a proxy shows no
 * name. Sentry replaces `Function.prototype.toString`, so its wrapper shows the source of the original. But the wrapper
 * has more properties of its own.
 */
export const NATIVE_FETCH: FetchLike | undefined =
  SOURCE.test(String(globalThis.fetch)) && Reflect.ownKeys(globalThis.fetch).length < 4 ? globalThis.fetch : undefined;
