/** Where a connection was to go. */
interface ConnectTarget {
  /** With its port, unless that is the protocol's own. */
  readonly host: string;
  readonly protocol: string;
}

interface Channels {
  subscribe(name: string, listener: (message: unknown) => void): void;
}

/** By the error that told that there is no connection. */
const targets = new WeakMap<object, ConnectTarget>();

// Node's fetch is undici, whose errors tell an address, but not whose: that it says on a diagnostics channel alone.
const node = (globalThis as { process?: { getBuiltinModule?(name: string): Channels | undefined } }).process;
node?.getBuiltinModule?.('node:diagnostics_channel')?.subscribe('undici:client:connectError', (message) => {
  const { error, connectParams } = message as { error: object; connectParams: ConnectTarget };
  targets.set(error, connectParams);
});

/** Where the connection was to go that `error` tells of; `undefined` where nobody knows. */
export function connectTarget(error: object): ConnectTarget | undefined {
  return targets.get(error);
}
