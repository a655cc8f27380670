/*
 * The parts of the host that events use: diagnostics channels and process warnings. A host may lack either of them.
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

/** Returns the channel of an event, or `undefined` if it has no subscribers. */
export function channelOf(event: { readonly id: string; channel?: Channel | undefined }): Channel | undefined {
  event.channel ??= host()?.getBuiltinModule?.('diagnostics_channel')?.channel(event.id);
  return event.channel?.hasSubscribers ? event.channel : undefined;
}

/** Emits a process warning. Writes to the console if the host has no process warnings. */
export function warn(message: string, detail: string): void {
  const node = host();
  if (node?.emitWarning) node.emitWarning(message, { type: 'StaminaWarning', detail });
  else console.warn(`${message}\n${detail}`);
}
