/** The target of a connection. */
interface ConnectTarget {
  /** The host name, followed by the port unless that is the default port of the protocol. */
  readonly host: string;
  readonly protocol: string;
}

interface Channels {
  subscribe(name: string, listener: (message: unknown) => void): void;
}

/** The targets of failed connections. The key is the error of the connection. */
const targets = new WeakMap<object, ConnectTarget>();

/*
 * Node's `fetch` is undici. Its errors contain an address, but not the host of that address. Undici publishes the host
 * on a diagnostics channel and nowhere else, so this module subscribes to the channel when it is loaded. It finds the
 * channel through `process`, because an import of `node:diagnostics_channel` would not load in a browser.
 */
const node = (globalThis as { process?: { getBuiltinModule?(name: string): Channels | undefined } }).process;
node?.getBuiltinModule?.('node:diagnostics_channel')?.subscribe('undici:client:connectError', (message) => {
  const { error, connectParams } = message as { error: object; connectParams: ConnectTarget };
  targets.set(error, connectParams);
});

/** Returns the target of the connection that failed with `error`, or `undefined` if it is not known. */
export function connectTarget(error: object): ConnectTarget | undefined {
  return targets.get(error);
}
