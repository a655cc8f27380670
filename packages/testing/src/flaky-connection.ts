import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';

// Held from the start: the server stands for another machine, whose clock no fake timer moves.
const timers = { start: setTimeout, stop: clearTimeout };

/** A TCP connection that a client made; between requests it is idle, and not for longer than `idleMs`, unless that is 0. */
export class Connection {
  readonly num: number;
  readonly tcp: Socket;
  /** Aborted when it has closed, by whomever. */
  readonly gone: AbortSignal;
  /** What to tell the client of `idleMs`, in whole seconds; nothing where it is less than one. */
  readonly keepAlive: string | undefined;
  readonly #idleMs: number;
  /** Requests that arrive, and answers that are not done. */
  #pending = 0;
  #used = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(num: number, tcp: Socket, idleMs: number) {
    const gone = new AbortController();
    this.num = num;
    this.tcp = tcp;
    this.gone = gone.signal;
    this.keepAlive = idleMs < 1_000 ? undefined : `timeout=${Math.floor(idleMs / 1_000)}`;
    this.#idleMs = idleMs;
    tcp.once('close', () => {
      timers.stop(this.#timer);
      gone.abort();
    });
  }

  /** Notes that a request begins; says whether another one came before it. */
  begin(message: IncomingMessage, response: ServerResponse): boolean {
    const reused = this.#used;
    this.#used = true;
    timers.stop(this.#timer);
    for (const part of [message, response]) {
      this.#pending++;
      part.once('close', () => this.#end());
    }
    return reused;
  }

  #end(): void {
    if (--this.#pending > 0 || this.#idleMs === 0 || this.gone.aborted) return;
    this.#timer = timers.start(() => this.closeIdle(), this.#idleMs);
  }

  /** Closes it, unless it carries a request. */
  closeIdle(): void {
    if (this.#pending === 0) this.tcp.destroy();
  }
}
