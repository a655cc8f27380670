import { isThenable } from '@stamina/validation';
import { openTracing, type TracingChannel } from '../events/host.ts';
import type { AttemptMessage } from '../events/payloads.ts';
import type { Call } from './call.ts';
import { nameOf } from './notify.ts';

let channel: TracingChannel | undefined;

/** Returns whether anyone traces attempts. It must be fast, because even a call that succeeds at once runs it. */
export function isTraced(): boolean {
  channel ??= openTracing('stamina:attempt');
  return channel?.hasSubscribers === true;
}

/**
 * Returns a function that calls `attempt` in the context that subscribers of the channel have bound to it, and reports
 * when the attempt ends. If `attempt` returns a promise, the function returns another one, which settles after the
 * subscribers were notified. It returns any other result unchanged, such as a generator.
 */
export function traced<Traced extends Call>(attempt: (call: Traced) => unknown): (call: Traced) => unknown {
  return (call) => {
    let result: unknown;
    const message: AttemptMessage = { name: nameOf(call), attempt: call.failures + 1 };
    const settled = (channel as TracingChannel).tracePromise(() => {
      result = attempt(call);
      return result;
    }, message);
    return isThenable(result) ? settled : result;
  };
}
