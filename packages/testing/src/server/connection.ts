import type { EventEmitter } from 'node:events';
import type { Http2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { nextTurn, startTimer, stopTimer } from './real-time.ts';

/**
 * A TCP connection that a client made. It closes when it has been idle for `idleMs` after an answer. If `idleMs` is 0,
 * it stays open.
 */
export class Connection {
  readonly num: number;
  readonly tcp: Socket;
  /** The socket that HTTP reads from. It is the TCP connection itself, or the TLS on it. */
  readonly socket: Socket;
  /** A signal that is aborted once the connection has closed, whichever side closed it. */
  readonly closed: AbortSignal;
  /** The value of the header `keep-alive`. It counts whole seconds, so it is `undefined` below one second. */
  readonly keepAlive: string | undefined;
  readonly #idleMs: number;
  /** The requests that are arriving, and the answers that have not ended. */
  readonly #pending = new Set<EventEmitter>();
  /** True if the connection closes when nothing is pending. */
  #isLeaving = false;
  #used = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(num: number, tcp: Socket, socket: Socket, idleMs: number) {
    const closing = new AbortController();
    this.num = num;
    this.tcp = tcp;
    this.socket = socket;
    this.closed = closing.signal;
    this.keepAlive = idleMs < 1_000 ? undefined : `timeout=${Math.floor(idleMs / 1_000)}`;
    this.#idleMs = idleMs;
    tcp.once('close', () => {
      stopTimer(this.#timer);
      closing.abort();
    });
  }

  /** Notes that a request has begun. Returns `true` if the connection carried a request before. */
  beginRequest(...parts: readonly EventEmitter[]): boolean {
    const reused = this.#used;
    this.#used = true;
    stopTimer(this.#timer);
    for (const part of parts) {
      this.#pending.add(part);
      part.once('close', () => this.#endPart(part));
    }
    return reused;
  }

  #endPart(part: EventEmitter): void {
    this.#pending.delete(part);
    if (this.#pending.size > 0 || this.closed.aborted) return;
    // The end of an answer is sent a little after its stream has closed.
    if (this.#isLeaving) void nextTurn().then(() => this.close());
    else if (this.#idleMs > 0) this.#timer = startTimer(() => this.closeIfIdle(), this.#idleMs);
  }

  /** Closes the connection unless it carries a request. */
  closeIfIdle(): void {
    if (this.#pending.size === 0) this.tcp.destroy();
  }

  /** Closes the connection when all bytes have been sent. */
  close(): void {
    this.socket.destroySoon();
  }

  /** Sends a GOAWAY frame (RFC 9113, section 6.8). Node then ignores all streams above `lastStreamId`. */
  goAway(session: Http2Session, code: number, lastStreamId: number): void {
    if (lastStreamId > 0) session.goaway(code, lastStreamId);
    else {
      // Node takes 0 for the newest stream, so this code writes the frame itself: the length of its content, its type,
      // the last stream and the code. Nothing may follow it, because Node would send a second frame with another stream.
      const frame = Buffer.alloc(17);
      frame.writeUInt8(8, 2);
      frame.writeUInt8(7, 3);
      frame.writeUInt32BE(code, 13);
      this.socket.end(frame);
    }
  }

  /** Closes the connection when its other requests have ended. `unanswered` are the parts of a request without an answer. */
  leave(...unanswered: readonly EventEmitter[]): void {
    this.#isLeaving = true;
    for (const part of unanswered) this.#endPart(part);
  }

  /**
   * Returns a stream for the HTTP/2 of Node. Node writes to the system past `socket`, and the process crashes if this
   * code writes there at the same time. With a stream between them, all bytes pass through `socket`. Each write is a
   * whole number of frames.
   */
  streamForHttp2(): Duplex {
    const { socket } = this;
    const stream = new Duplex({
      read: () => void socket.resume(),
      write: (chunk, encoding, done) => void socket.write(chunk, encoding, done),
      final: (done) => void socket.end(done),
      destroy: (error, done) => {
        socket.destroySoon();
        done(error);
      },
    });
    socket.on('data', (chunk) => {
      if (!stream.push(chunk)) socket.pause();
    });
    socket.once('end', () => stream.push(null));
    socket.once('close', () => stream.destroy());
    return stream;
  }
}
