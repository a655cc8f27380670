import { FailedAttempt } from './contenders.ts';
import { Fifo } from './fifo.ts';
import type { Scene } from './scene.ts';
import type { Timeline } from './timeline.ts';

/** One for each attempt's number: what is thrown a million times need not be made a million times. */
const failures: FailedAttempt[] = [];

function failureOf(num: number): FailedAttempt {
  failures[num] ??= new FailedAttempt(num);
  return failures[num];
}

/** One attempt on its way: how it ends is told once. */
export interface Request {
  readonly num: number;
  arrivedMs: number;
  ended: boolean;
  readonly succeed: () => void;
  readonly fail: (error: unknown) => void;
}

/** Answers in order, as fast as it can and no faster; what it cannot know is whether somebody still waits for the answer. */
export class Server {
  readonly #scene: Scene;
  readonly #timeline: Timeline;
  readonly #random: () => number;
  readonly #answersPerMs: number;
  readonly #longestQueue: number;
  readonly #queue = new Fifo<Request>();
  /** The same requests, until their clients' patience is over. */
  readonly #patient = new Fifo<Request>();
  /** Answers that it may give now; below 0 while it makes up for what refusals cost. */
  #credit = 0;
  #ended = 0;
  #now: number;

  constructor(scene: Scene, timeline: Timeline, random: () => number) {
    this.#scene = scene;
    this.#timeline = timeline;
    this.#random = random;
    this.#answersPerMs = (scene.clients * scene.capacityPerClient) / 1_000;
    this.#longestQueue = Math.round(this.#answersPerMs * scene.queueMs);
    this.#now = -scene.beforeMs;
  }

  get #isDown(): boolean {
    return this.#now >= 0 && this.#now < this.#scene.outageMs;
  }

  /** Takes a request that arrives now. */
  accept(request: Request): void {
    const { outage, lossRate, refusalCost } = this.#scene;
    this.#timeline.count('requests', this.#now);
    request.arrivedMs = this.#now;
    if (this.#random() < lossRate || (this.#isDown && outage === 'refuses')) {
      this.#fail(request);
    } else if (this.#queue.length >= this.#longestQueue) {
      if (!this.#isDown) this.#credit -= refusalCost;
      this.#fail(request);
    } else {
      this.#queue.push(request);
      this.#patient.push(request);
    }
  }

  /** Works through the millisecond that begins; whether a request ended. */
  work(now: number): boolean {
    this.#now = now;
    const endedBefore = this.#ended;
    const { outage, patienceMs } = this.#scene;
    if (now === 0 && outage === 'refuses') {
      for (let lost = this.#queue.shift(); lost; lost = this.#queue.shift()) this.#fail(lost);
    }
    for (let first = this.#patient.first; first && first.arrivedMs + patienceMs <= now; first = this.#patient.first) {
      this.#patient.shift();
      this.#fail(first);
    }
    if (!this.#isDown) this.#answer();
    return this.#ended > endedBefore;
  }

  #answer(): void {
    this.#credit += this.#answersPerMs;
    while (this.#credit >= 1) {
      const request = this.#queue.shift();
      if (!request) break;
      this.#credit--;
      this.#timeline.count(request.ended ? 'wasted' : 'successes', this.#now);
      if (this.#end(request)) request.succeed();
    }
    // Idle time is not saved up.
    if (this.#queue.length === 0) this.#credit = Math.min(this.#credit, 0);
  }

  #fail(request: Request): void {
    if (!this.#end(request)) return;
    this.#timeline.count('failures', this.#now);
    request.fail(failureOf(request.num));
  }

  /** Whether it ends now, and had not before. */
  #end(request: Request): boolean {
    if (request.ended) return false;
    this.#ended++;
    request.ended = true;
    return true;
  }
}
