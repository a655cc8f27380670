import { type RetryListener, retry, setRetryHooks } from '@stamina/core';
import { type Logger, type LoggerOptions, pino } from 'pino';
import { pino as pino8 } from 'pino-8';
import { pino as pino9 } from 'pino-9';

/** Makes a logger. One type stands for all versions, because their types for custom levels differ. */
export interface Pino {
  (options: LoggerOptions<string>, stream: { write(line: string): void }): Logger<string>;
  transport(options: object): Transport;
}

/** Writes lines in a worker thread. */
export interface Transport {
  write(line: string): void;
  end(): void;
  once(event: 'ready' | 'close', listener: () => void): void;
}

/** The oldest and the newest version that the package supports, and one in between. */
export const PINOS: readonly { readonly version: string; readonly pino: Pino }[] = [pino8, pino9, pino].map((made) => ({
  version: made.version,
  pino: made as unknown as Pino,
}));

/** A line that was logged. */
export type Line = Record<string, ReturnType<typeof JSON.parse>>;

/** Makes a logger that keeps its lines. */
export function makeLogger(make: Pino, options: LoggerOptions<string> = {}): { logger: Logger<string>; lines: Line[] } {
  const lines: Line[] = [];
  return { logger: make(options, { write: (line) => void lines.push(JSON.parse(line)) }), lines };
}

export class HttpError extends Error {
  readonly status = 503;
}

/**
 * Makes a call with `hook` as the only hook. Its first `failures` attempts fail. It gives up after three attempts, and
 * never waits.
 */
export async function callFailing(hook: RetryListener, failures: number, ...args: unknown[]): Promise<void> {
  let attempts = 0;
  const getUser = retry({ on: HttpError, attempts: 3, waitMax: 0 })(function getUser(..._args: unknown[]): string {
    if (++attempts <= failures) throw new HttpError('503 Service Unavailable');
    return 'Ada';
  });
  setRetryHooks([hook]);
  await getUser(...args).catch(() => undefined);
  setRetryHooks([]);
}
