import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { startTimer, stopTimer } from './real-time.ts';

/**
 * A TCP connection that a client made. It closes when it has been idle for `idleMs` after an answer. If `idleMs` is 0,
 * it stays open.
 */
export class Connection {
  readonly num: number;
  readonly tcp: Socket;
  /** A signal that is aborted once the connection has closed, whichever side closed it. */
  readonly closed: AbortSignal;
  /** The value of the header `keep-alive`. It counts whole seconds, so it is `undefined` below one second. */
  readonly keepAlive: string | undefined;
  readonly #idleMs: number;
  /** The number of requests that are arriving and of answers that have not ended. */
  #pending = 0;
  #used = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(num: number, tcp: Socket, idleMs: number) {
    const closing = new AbortController();
    this.num = num;
    this.tcp = tcp;
    this.closed = closing.signal;
    this.keepAlive = idleMs < 1_000 ? undefined : `timeout=${Math.floor(idleMs / 1_000)}`;
    this.#idleMs = idleMs;
    tcp.once('close', () => {
      stopTimer(this.#timer);
      closing.abort();
    });
  }

  /** Notes that a request has begun. Returns `true` if the connection carried a request before. */
  beginRequest(message: IncomingMessage, response: ServerResponse): boolean {
    const reused = this.#used;
    this.#used = true;
    stopTimer(this.#timer);
    for (const part of [message, response]) {
      this.#pending++;
      part.once('close', () => this.#endPart());
    }
    return reused;
  }

  #endPart(): void {
    if (--this.#pending > 0 || this.#idleMs === 0 || this.closed.aborted) return;
    this.#timer = startTimer(() => this.closeIfIdle(), this.#idleMs);
  }

  /** Closes the connection unless it carries a request. */
  closeIfIdle(): void {
    if (this.#pending === 0) this.tcp.destroy();
  }
}
