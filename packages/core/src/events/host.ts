/*
 * The parts of the host that events use: diagnostics channels and process warnings. A host may lack either of them.
 */

import { shared } from '../process/shared.ts';

/** A channel of `node:diagnostics_channel`. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** A `TracingChannel` of `node:diagnostics_channel`. */
export interface TracingChannel {
  readonly hasSubscribers: boolean;
  tracePromise(fn: () => unknown, message: object): Promise<unknown>;
}

interface Channels {
  channel(name: string): Channel;
  tracingChannel?(name: string): TracingChannel;
}

interface Process {
  getBuiltinModule?(id: string): Channels | undefined;
  emitWarning?(warning: string, options: { type: string; detail: string }): void;
}

const host = (): Process | undefined => (globalThis as { process?: Process }).process;

const channels = (): Channels | undefined => host()?.getBuiltinModule?.('diagnostics_channel');

/** Opens the tracing channel `id`. Returns `undefined` if the host has no tracing channels. */
export function openTracing(id: string): TracingChannel | undefined {
  return channels()?.tracingChannel?.(id);
}

/** An event that may have a channel. */
export interface ChannelEvent {
  /** The name of the diagnostics channel of the event, if there is one. */
  readonly id?: string;
  /** The channel, which is opened when it is first needed. */
  channel?: Channel | undefined;
}

/** Returns whether the channel of an event has subscribers. */
export function isSubscribed(event: ChannelEvent): boolean {
  event.channel ??= openChannel(event);
  return event.channel?.hasSubscribers === true;
}

function openChannel({ id }: ChannelEvent): Channel | undefined {
  return id ? channels()?.channel(id) : undefined;
}

/** Publishes details in the channel of an event, if anyone has subscribed to it. */
export function publish(event: ChannelEvent, details: unknown): void {
  readSafely(() => isSubscribed(event) && event.channel?.publish(details));
}

/**
 * Emits a process warning, but only one for each `key`. Writes to the console if the host has no process warnings.
 *
 * @param text returns the message and the detail
 */
export function warnOnce(key: object, text: () => readonly [message: string, detail: string]): void {
  if (shared.warned.has(key)) return;
  shared.warned.add(key);
  readSafely(() => {
    const [message, detail] = text();
    const node = host();
    if (node?.emitWarning) node.emitWarning(message, { type: 'StaminaWarning', detail });
    else console.warn(`${message}\n${detail}`);
  });
}

/**
 * Returns the result of `read`, or `undefined` if it throws. A getter, a proxy, the console or a subscriber may throw,
 * but nothing that only reports may break a call.
 */
export function readSafely<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    // See above.
  }
  return undefined;
}
