import { expect, test } from 'vitest';
import { Timeline } from '../storm/outcome.ts';
import { SCENES, type Scene } from '../storm/scene.ts';
import { Server } from '../storm/server.ts';

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
