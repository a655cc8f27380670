import type { Attributes } from '@opentelemetry/api';
import type { AttemptMessage } from '@stamina/core';

/** The parts of Node that are needed. Other hosts may lack them. */
interface Process {
  getBuiltinModule?(id: 'node:async_hooks'): { readonly AsyncLocalStorage: new () => Storage } | undefined;
  getBuiltinModule?(
    id: 'node:diagnostics_channel',
  ):
    | { tracingChannel?(name: string): { readonly start: { bindStore(store: Storage, of: CountOf): void } } }
    | undefined;
}

/** Keeps the number of repetitions that the running code is part of. */
interface Storage {
  getStore(): number | undefined;
}

type CountOf = (message: AttemptMessage) => number;

let repetitions: Storage | undefined;

/** Makes core run each attempt in a context that contains the number of repetitions. */
function openStorage(): Storage | undefined {
  const { process } = globalThis as { process?: Process };
  const hooks = process?.getBuiltinModule?.('node:async_hooks');
  const channel = process?.getBuiltinModule?.('node:diagnostics_channel')?.tracingChannel?.('stamina:attempt');
  if (!hooks || !channel) return undefined;
  const storage = new hooks.AsyncLocalStorage();
  // If retries are nested, a request of the inner call is also repeated by the outer call.
  channel.start.bindStore(storage, ({ attempt }) => (storage.getStore() ?? 0) + attempt - 1);
  return storage;
}

/**
 * Returns the attribute `http.request.resend_count` if the running code is part of a retry, and otherwise no
 * attributes. Give it to an instrumentation of HTTP clients.
 *
 * After its first call, core traces all attempts, which takes some time for each. Loops and synchronous code are not
 * traced.
 *
 * @example
 * new UndiciInstrumentation({ startSpanHook: resendCount });
 */
export function resendCount(): Attributes {
  repetitions ??= openStorage();
  const count = repetitions?.getStore() ?? 0;
  return count > 0 ? { 'http.request.resend_count': count } : {};
}
