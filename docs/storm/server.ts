import { FailedAttempt } from './contenders.ts';
import type { Scene, Timeline } from './scene.ts';

/** One attempt on its way. It ends once. */
export interface Request {
  readonly num: number;
  arrivedMs: number;
  ended: boolean;
  readonly succeed: () => void;
  readonly fail: (error: unknown) => void;
}

/** A queue whose both ends cost the same, however long it is. */
class Fifo<Item> {
  #items: (Item | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  get first(): Item | undefined {
    return this.#items[this.#head];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#head];
    if (this.#head === this.#items.length) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head > 1_000 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

/** One error for each number of an attempt, because millions of attempts fail. */
const failures: FailedAttempt[] = [];

function failureOf(num: number): FailedAttempt {
  failures[num] ??= new FailedAttempt(num);
  return failures[num];
}

/** A server that answers in order, at a constant speed. It cannot know whether a client still waits for its answer. */
export class Server {
  readonly #scene: Scene;
  readonly #timeline: Timeline;
  readonly #random: () => number;
  readonly #answersPerMs: number;
  readonly #longestQueue: number;
  readonly #queue = new Fifo<Request>();
  /** The same requests, until their clients lose patience. */
  readonly #patient = new Fifo<Request>();
  /** Answers that the server may give now. Below 0, it makes up for the cost of refusals. */
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

  /** Works through the millisecond that begins, and returns whether a request ended. */
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
    // An idle server does not save up answers.
    if (this.#queue.length === 0) this.#credit = Math.min(this.#credit, 0);
  }

  #fail(request: Request): void {
    if (!this.#end(request)) return;
    this.#timeline.count('failures', this.#now);
    request.fail(failureOf(request.num));
  }

  /** Ends a request, and returns whether it had not ended before. */
  #end(request: Request): boolean {
    if (request.ended) return false;
    this.#ended++;
    request.ended = true;
    return true;
  }
}
