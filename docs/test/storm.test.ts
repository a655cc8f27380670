import { type RetryBudgetOptions, retry, retryBudget } from '@stamina/core';
import { describe, expect, test } from 'vitest';
import { CONTENDERS, type Contender, FailedAttempt, findContender } from '../storm/contenders.ts';
import { element, text } from '../storm/figure.ts';
import { outcome, SCENES, type Scene, Timeline } from '../storm/scene.ts';
import { Server } from '../storm/server.ts';
import { simulate, VirtualTime } from '../storm/simulate.ts';
import { textOf } from './support/programs.ts';

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
const small = (scene: Scene): Scene => ({ ...scene, clients: 1_000, clientsPerProcess: 100 });

/** One client that calls once, when the server goes down for good. The network is immediate, and loses nothing. */
const ONE_CALL: Scene = {
  ...SCENES.herd,
  lossRate: 0,
  clients: 1,
  // The usual calls of the client come after the end of the scene.
  callEveryMs: 1e9,
  beforeMs: 1,
  roundTripMs: [0, 0],
  outageMs: 100_000,
};

/** The seconds in which the only call of a scene makes its attempts. */
async function attemptsOf(contender: string, seed = 1): Promise<number[]> {
  const { requests } = await simulate(ONE_CALL, findContender(contender), seed);
  return requests.flatMap((count, second) => Array<number>(count).fill(second));
}

describe.each(CONTENDERS.map(({ id }) => id))('%s', (id) => {
  test.each(Object.entries(SCENES))('%s: every call and every request ends exactly once', async (_, scene) => {
    const counts = await simulate(small(scene), findContender(id), 1);
    expect(sum(counts.begun)).toBe(sum(counts.successes) + sum(counts.lost));
    expect(sum(counts.requests)).toBe(sum(counts.successes) + sum(counts.failures));
    expect(sum(counts.begun)).toBeGreaterThan(500);
  });

  test('a seed always gives the same counts, and another seed gives others', async () => {
    const play = (seed: number) => simulate(small(SCENES.herd), findContender(id), seed);
    const counts = await play(1);
    expect(await play(1)).toEqual(counts);
    expect(await play(2)).not.toEqual(counts);
  });
});

describe('attempts of a call', () => {
  test.each([
    ['none', [0]],
    ['fixed', [0, 2, 5, 7, 10, 12, 15, 17, 20, 22]],
    ['no-jitter', [0, 0, 0, 0, 1, 3, 6, 11, 16, 21]],
  ])('%s: in the seconds %j', async (contender, seconds) => {
    expect(await attemptsOf(contender)).toEqual(seconds);
  });

  test('with clamped jitter the last waits are exactly 5 s, with ours they are from 4 s to 5 s', async () => {
    // The last four attempts come after the clamp. A wait of exactly 5 s keeps the fraction of the second.
    const lastWaits = async (contender: string): Promise<number[]> => {
      const waits = new Set<number>();
      for (let seed = 1; seed <= 10; seed++) {
        const last = (await attemptsOf(contender, seed)).slice(-4);
        for (const [index, second] of last.slice(1).entries()) waits.add(second - (last[index] as number));
      }
      return [...waits].sort();
    };
    expect(await lastWaits('clamped')).toEqual([5]);
    expect(await lastWaits('stamina')).toEqual([4, 5]);
  });
});

test('the same calls begin for every contender', async () => {
  const begun: (readonly number[])[] = [];
  for (const contender of CONTENDERS) begun.push((await simulate(small(SCENES.herd), contender, 1)).begun);
  expect(begun.slice(1)).toEqual(begun.slice(1).map(() => begun[0]));
});

test('a budget gives each process a fifth of its calls as retries, and a reserve of 100', async () => {
  const scene = { ...ONE_CALL, clients: 1_000, clientsPerProcess: 500 };
  const { requests } = await simulate(scene, findContender('budget'), 1);
  const refilled = sum(requests) - 1_000 - 2 * (100 + 100);
  expect(refilled).toBeGreaterThanOrEqual(0);
  // Each process also gets one retry a second, and a call lasts 45 s.
  expect(refilled).toBeLessThanOrEqual(2 * 45);
});

describe('the outcome', () => {
  /** Two seconds before, an outage of one second, and four seconds after it. */
  const scene = { ...SCENES.herd, beforeMs: 2_000, outageMs: 1_000, afterMs: 4_000 };
  const counts = {
    begun: [10, 10, 20, 10, 10, 10, 10],
    lost: [1, 0, 15, 2, 0, 0, 0],
    requests: [100, 100, 500, 300, 200, 100, 100],
    failures: [0, 0, 500, 200, 11, 5, 5],
    successes: [],
    wasted: [],
  };

  test('has the fullest second of all, and of those after the outage', () => {
    expect(outcome(scene, counts)).toMatchObject({ peak: 500, peakAfter: 300 });
  });

  test('counts a lost call in the second in which it began', () => {
    expect(outcome(scene, counts)).toMatchObject({ lost: 18, lostInOutage: 15, lostOtherwise: 3, begun: 80 });
  });

  test('says when at most one request in twenty fails, for good', () => {
    expect(outcome(scene, counts).recoveredAfter).toBe(2);
    expect(outcome(scene, { ...counts, failures: [0, 0, 500, 15, 10, 5, 5] }).recoveredAfter).toBe(0);
    expect(outcome(scene, { ...counts, failures: [0, 0, 500, 0, 0, 0, 6] }).recoveredAfter).toBeUndefined();
    // A failure after the last calls began does not count.
    const later = { ...counts, requests: [...counts.requests, 1], failures: [...counts.failures, 1] };
    expect(outcome(scene, later).recoveredAfter).toBe(2);
  });
});

describe('virtual time', () => {
  const until = (time: VirtualTime, ms: number) => (): 'idle' | 'over' => (time.now < ms ? 'idle' : 'over');

  test('runs what is due in the order of its time, and then in the order of the calls', async () => {
    const time = new VirtualTime(-5);
    const ran: string[] = [];
    time.after(7, () => ran.push(`late at ${time.now}`));
    time.after(2, () => ran.push(`early at ${time.now}`));
    time.after(7, () => ran.push(`later at ${time.now}`));
    await time.pass(until(time, 10));
    expect(ran).toEqual(['early at -3', 'late at 2', 'later at 2']);
  });

  test('ends a millisecond when promises have done everything that they have to do', async () => {
    const time = new VirtualTime(0);
    let steppedAt = -1;
    time.after(1, () => {
      let steps = Promise.resolve();
      for (let step = 0; step < 1_000; step++) steps = steps.then(() => {});
      void steps.then(() => time.after(0, () => (steppedAt = time.now)));
    });
    await time.pass(until(time, 10));
    expect(steppedAt).toBe(1);
  });

  test('replaces timers, clock and randomness, and gives them back', async () => {
    const own = [setTimeout, clearTimeout, performance, Math.random];
    const time = new VirtualTime(1_000);
    const uninstall = time.install(() => 0.25);
    let fired: unknown[] = [];
    setTimeout((...given: unknown[]) => (fired = [performance.now(), Math.random(), ...given]), 30, 'first', 'second');
    clearTimeout(setTimeout(() => (fired = ['was stopped']), 35));
    await time.pass(until(time, 1_100));
    uninstall();
    expect(fired).toEqual([1_030, 0.25, 'first', 'second']);
    expect([setTimeout, clearTimeout, performance, Math.random]).toEqual(own);
  });
});

test('SVG is escaped, and its numbers have two decimal places', () => {
  expect(element('g', { x: 1 / 3, 'font-family': '"A"' }, [text('text', {}, 'a < b & c')])).toBe(
    '<g x="0.33" font-family="&quot;A&quot;"><text>a &lt; b &amp; c</text></g>',
  );
});

/** A server long after its outage, which gives one answer a millisecond unless the scene changes that. */
function open(change: Partial<Scene> = {}, startMs = 50_000) {
  const scene = { ...SCENES.herd, lossRate: 0, clients: 100, capacityPerClient: 10, queueMs: 5, ...change };
  const timeline = new Timeline(0);
  const server = new Server(scene, timeline, () => 0.5);
  const ended: string[] = [];
  let now = startMs;
  server.work(now);
  return {
    ended,
    timeline,
    send(name: string): void {
      const succeed = (): void => void ended.push(`${name} succeeds at ${now - startMs}`);
      const fail = (): void => void ended.push(`${name} fails at ${now - startMs}`);
      server.accept({ num: 1, arrivedMs: 0, ended: false, succeed, fail });
    },
    pass(ms: number): void {
      for (; ms > 0; ms--) server.work(++now);
    },
  };
}

test('requests are answered in order, one a millisecond', () => {
  const { send, pass, ended } = open();
  for (const name of ['first', 'second', 'third']) send(name);
  pass(10);
  expect(ended).toEqual(['first succeeds at 1', 'second succeeds at 2', 'third succeeds at 3']);
});

test('an idle server does not save up answers', () => {
  const { send, pass, ended } = open();
  pass(100);
  send('first');
  send('second');
  pass(2);
  expect(ended).toEqual(['first succeeds at 101', 'second succeeds at 102']);
});

test('a request that finds the queue full is turned away at once, which costs a part of an answer', () => {
  const { send, pass, ended } = open({ queueMs: 2, refusalCost: 0.5 });
  for (const name of ['first', 'second', 'third', 'fourth']) send(name);
  expect(ended).toEqual(['third fails at 0', 'fourth fails at 0']);
  pass(10);
  expect(ended.slice(2)).toEqual(['first succeeds at 2', 'second succeeds at 3']);
});

test('a request that the network loses costs the server nothing', () => {
  const { send, ended } = open({ lossRate: 0.6 });
  send('first');
  expect(ended).toEqual(['first fails at 0']);
});

test('a client leaves when its patience is over, and the server answers anyway', () => {
  const { send, pass, ended, timeline } = open({ queueMs: 100, patienceMs: 2 });
  for (const name of ['first', 'second', 'third']) send(name);
  pass(10);
  expect(ended).toEqual(['first succeeds at 1', 'second fails at 2', 'third fails at 2']);
  expect(timeline.counts.successes.at(-1)).toBe(1);
  expect(timeline.counts.wasted.at(-1)).toBe(2);
});

test('a server that goes down loses its queue, and then refuses connections', () => {
  const { send, pass, ended } = open({ outageMs: 5 }, -1);
  send('queued');
  pass(1);
  send('refused');
  pass(5);
  send('answered');
  pass(10);
  expect(ended).toEqual(['queued fails at 1', 'refused fails at 1', 'answered succeeds at 7']);
});

test('a server that hangs keeps its queue, and answers it when it is back', () => {
  const { send, pass, ended } = open({ outage: 'hangs', outageMs: 5, patienceMs: 100 }, -1);
  send('queued');
  pass(1);
  send('sent meanwhile');
  pass(10);
  expect(ended).toEqual(['queued succeeds at 6', 'sent meanwhile succeeds at 7']);
});

test('with the default budget, a server with little to spare recovers from a short outage', async () => {
  const scene = { ...small(SCENES.overload), clients: 5_000, clientsPerProcess: 1_000, lossRate: 0, outageMs: 3_000 };
  const recovery = async (budget?: RetryBudgetOptions): Promise<number | undefined> => {
    const policy: Contender['policy'] = (limits) =>
      retry({ ...limits, on: FailedAttempt, nested: true, budget: retryBudget(budget) });
    return outcome(scene, await simulate(scene, { ...findContender('budget'), policy }, 1)).recoveredAfter;
  };
  expect(await recovery()).toBeLessThanOrEqual(12);
  expect(await recovery({ minPerSecond: 10 })).toBeUndefined();
});

test('the table of the home page has figures of the page about the storm', () => {
  const rowsOf = (page: string): string[][] =>
    textOf(page)
      .split('\n')
      .filter((line) => /^\| [^-|]/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim()));
  const storm = rowsOf('guide/storm.md');
  const home = rowsOf('index.md').filter(([, , lost]) => /\d/.test(lost ?? '') && !/of/.test(lost ?? ''));
  expect(home).toHaveLength(5);
  for (const [, contender, lost, recovered] of home) {
    const rows = storm.map((row) => [row[1], row[5], row[4]]);
    expect(rows).toContainEqual([contender, lost, recovered]);
  }
});
