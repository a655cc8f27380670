import { isThenable } from '@stamina/validation';
import { openTracing, type TracingChannel } from '../events/host.ts';
import type { AttemptMessage } from '../events/payloads.ts';
import type { Call } from './call.ts';
import { nameOf } from './notify.ts';

let channel: TracingChannel | undefined;

/** Returns whether anyone traces attempts. Each call that succeeds asks this. */
export function isTraced(): boolean {
  channel ??= openTracing('stamina:attempt');
  return channel?.hasSubscribers === true;
}

/**
 * Returns a function that calls `attempt` in the context of those who trace attempts, and reports when the attempt ends.
 * A promise that `attempt` returns is replaced by one that settles after they were notified. Any other result, such as a
 * generator, stays as it is.
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
