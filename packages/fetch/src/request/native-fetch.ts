import type { FetchLike } from './init.ts';

/** Matches the source of the `fetch` of Node or Deno. Other engines hide the source, and only show the name. */
const SOURCE =
  /^(?:async )?function fetch\((?:input, init = undefined\)|\.\.\.e\)\{return lazyFetch|\) \{\s+\[native code])/;

/**
 * The runtime's own `fetch`, or `undefined` if the global one was replaced before this module was loaded, for example
 * by Sentry or Datadog.
 *
 * No runtime says whether its `fetch` was replaced, so this looks at the source text. The text of a proxy shows no
 * name. Sentry replaces `Function.prototype.toString`, so its wrapper shows the source of the original. But that
 * wrapper has more properties than a `fetch` that was not replaced.
 */
export const NATIVE_FETCH: FetchLike | undefined =
  SOURCE.test(String(globalThis.fetch)) && Reflect.ownKeys(globalThis.fetch).length < 4 ? globalThis.fetch : undefined;

/**
 * The runtime's own `fetch`, if it ends a request when the body of its response is cancelled (Fetch standard,
 * "HTTP-network fetch"). It is `undefined` in Bun, because Bun 1.3 keeps reading an endless body.
 *
 * This `fetch` gets a signal only if something else needs one, because a signal costs more than everything else that a
 * successful call adds. Any other `fetch` always gets a signal. It may have cloned the response, and then cancelling
 * the body is not enough to end the request.
 */
export const ENDS_BY_CANCEL: FetchLike | undefined = 'Bun' in globalThis ? undefined : NATIVE_FETCH;
