import { expect, test } from 'vitest';
import type { Scene } from '../../src/storm/scene.ts';
import { Server } from '../../src/storm/server.ts';
import { Timeline } from '../../src/storm/timeline.ts';
import { sceneOf } from './scenes.ts';

/** A server, of one answer a millisecond unless the scene says otherwise, long after its outage. */
function open(change: Partial<Scene> = {}, startMs = 50_000) {
  const scene = sceneOf({ capacityPerClient: 10, queueMs: 5, ...change });
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

test('an idle server saves nothing up', () => {
  const { send, pass, ended } = open();
  pass(100);
  send('first');
  send('second');
  pass(2);
  expect(ended).toEqual(['first succeeds at 101', 'second succeeds at 102']);
});

test('what does not fit into the queue is turned away at once, which costs a part of an answer', () => {
  const { send, pass, ended } = open({ queueMs: 2, refusalCost: 0.5 });
  for (const name of ['first', 'second', 'third', 'fourth']) send(name);
  expect(ended).toEqual(['third fails at 0', 'fourth fails at 0']);
  pass(10);
  expect(ended.slice(2)).toEqual(['first succeeds at 2', 'second succeeds at 3']);
});

test('the network loses requests at its rate, at no cost to the server', () => {
  const { send, ended } = open({ lossRate: 0.6 });
  send('first');
  expect(ended).toEqual(['first fails at 0']);
});

test('a client leaves when its patience is over; the server answers all the same, for nobody', () => {
  const { send, pass, ended, timeline } = open({ queueMs: 100, patienceMs: 2 });
  for (const name of ['first', 'second', 'third']) send(name);
  pass(10);
  expect(ended).toEqual(['first succeeds at 1', 'second fails at 2', 'third fails at 2']);
  expect(timeline.counts.successes.at(-1)).toBe(1);
  expect(timeline.counts.wasted.at(-1)).toBe(2);
});

test('going down loses the queue; while down, connections are refused', () => {
  const { send, pass, ended } = open({ outageMs: 5 }, -1);
  send('queued');
  pass(1);
  send('refused');
  pass(5);
  send('answered');
  pass(10);
  expect(ended).toEqual(['queued fails at 1', 'refused fails at 1', 'answered succeeds at 7']);
});

test('a server that hangs keeps its queue, and answers it once it is back', () => {
  const { send, pass, ended } = open({ outage: 'hangs', outageMs: 5, patienceMs: 100 }, -1);
  send('queued');
  pass(1);
  send('sent meanwhile');
  pass(10);
  expect(ended).toEqual(['queued succeeds at 6', 'sent meanwhile succeeds at 7']);
});
