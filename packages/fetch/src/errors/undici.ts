/** What undici publishes about an error: that of a connection that could not be opened, or that of a request. */
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

/** The requests that failed, as method and URL. The key is the error. The value is `''` if it has several requests. */
const requests = new WeakMap<object, string>();

/*
 * Node's `fetch` is undici. Its errors do not show which request failed, which may be that of a redirect. Nor do they
 * show whether a connection was open, because `read ECONNRESET` may come from a TLS handshake. Undici publishes both on
 * diagnostics channels and nowhere else. This module finds them through `process`, because an import of
 * `node:diagnostics_channel` would not load in a browser.
 */
const CHANNELS = ['undici:client:connectError', 'undici:request:error'];
const node = (globalThis as { process?: { getBuiltinModule?(name: string): Channels | undefined } }).process;
const channels = node?.getBuiltinModule?.('node:diagnostics_channel');

const note: Listener = (message) => {
  const { error, request } = message as Message;
  // An abort may have any reason. The request for a tunnel fails with the same error as the request that needs it.
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
 * this module in memory, together with the sandbox of its test file in Jest, or the code before a reload.
 */
export function listenToUndici(isListening: boolean): void {
  if ((isListening ? calls++ : --calls) > 0 || !channels) return;
  for (const name of CHANNELS) {
    // The first subscription to a channel takes 10 times as long as others in Node 20 to 24, and so does the end of the
    // last one. A function of Node stays subscribed for that reason. It does nothing, and keeps nothing in memory.
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
