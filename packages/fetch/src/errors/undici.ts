/** A message of undici about an error. It contains the request, unless a connection could not be opened. */
interface Message {
  readonly error: object;
  readonly request?: {
    readonly method: string;
    readonly origin: unknown;
    /** The path. It is a whole URL if the request goes to a proxy. */
    readonly path: string;
  };
}

type Listener = (message: unknown) => void;

interface Channels {
  subscribe(name: string, listener: Listener): void;
  unsubscribe(name: string, listener: Listener): void;
  hasSubscribers(name: unknown): boolean;
}

/** The errors of connections that could not be opened. */
const unopened = new WeakSet<object>();

/** The method and the URL of the request that failed with an error, or `''` if several requests failed with it. */
const requests = new WeakMap<object, string>();

/*
 * Node's `fetch` is undici. Its errors do not show which request failed, the caller's or one that followed a redirect.
 * They also do not show whether a connection was open, because `read ECONNRESET` may come from a TLS handshake. Undici
 * publishes both on diagnostics channels and nowhere else. This module finds them through `process`, because an import
 * of `node:diagnostics_channel` would not load in a browser.
 */
const CHANNELS = ['undici:client:connectError', 'undici:request:error'];
const node = (globalThis as { process?: { getBuiltinModule?(name: string): Channels | undefined } }).process;
const channels = node?.getBuiltinModule?.('node:diagnostics_channel');

const note: Listener = (message) => {
  const { error, request } = message as Message;
  // The reason of an abort need not be an object. A CONNECT is ignored, because it fails with the same error as the
  // request that needs the tunnel.
  if (Object(error) !== error || request?.method === 'CONNECT') return;
  if (request) {
    const { method, origin, path } = request;
    const failed = `${method} ${path.startsWith('/') ? origin : ''}${path}`;
    requests.set(error, (requests.get(error) ?? failed) === failed ? failed : '');
  } else unopened.add(error);
};

/** The number of calls that listen. */
let calls = 0;

/**
 * Begins to listen to undici, or stops. A channel belongs to the process. A subscription that never ends would keep
 * this module in memory forever, for example with the sandbox of a test file in Jest, or after a hot reload.
 */
export function listenToUndici(isListening: boolean): void {
  if ((isListening ? calls++ : --calls) > 0 || !channels) return;
  for (const name of CHANNELS) {
    // In Node 20 to 24, the first subscription to a channel takes 10 times as long as others, and so does the end of
    // the last one. So one function always stays subscribed. It is one of Node's own, which does nothing when it is
    // called, and does not keep this module in memory.
    if (!channels.hasSubscribers(name)) channels.subscribe(name, channels.hasSubscribers);
    channels[isListening ? 'subscribe' : 'unsubscribe'](name, note);
  }
}

/** Returns whether undici reported `error` for a connection that could not be opened. */
export function isUnopened(error: object): boolean {
  return unopened.has(error);
}

/** Returns the request that failed with `error`, such as `POST http://a.test/b`, or `undefined` if it is not known. */
export function failedRequest(error: object): string | undefined {
  return requests.get(error);
}
