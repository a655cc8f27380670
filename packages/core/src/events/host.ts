/*
 * The parts of the host that events use, if it has them: diagnostics channels and process warnings.
 */

/** A channel of `node:diagnostics_channel`. */
export interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

interface Process {
  getBuiltinModule?(id: string): { channel(name: string): Channel } | undefined;
  emitWarning?(warning: string, options: { type: string; detail: string }): void;
}

const host = (): Process | undefined => (globalThis as { process?: Process }).process;

/** Returns the channel of an event, if anyone has subscribed to it. */
export function channelOf(event: { readonly id: string; channel?: Channel | undefined }): Channel | undefined {
  event.channel ??= host()?.getBuiltinModule?.('diagnostics_channel')?.channel(event.id);
  return event.channel?.hasSubscribers ? event.channel : undefined;
}

/** Emits a process warning; without a process, writes it to the console. */
export function warn(message: string, detail: string): void {
  const node = host();
  if (node?.emitWarning) node.emitWarning(message, { type: 'StaminaWarning', detail });
  else console.warn(`${message}\n${detail}`);
}
