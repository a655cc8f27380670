import { expect, test } from 'vitest';
import { VirtualTime } from '../../src/storm/virtual-time.ts';

const until = (time: VirtualTime, ms: number) => (): 'idle' | 'over' => (time.now < ms ? 'idle' : 'over');

test('what is due runs in the order of its time, and then of its asking', async () => {
  const time = new VirtualTime(-5);
  const ran: string[] = [];
  for (const [ms, name] of [
    [7, 'late'],
    [2, 'early'],
    [7, 'later'],
  ] as const) {
    time.after(ms, () => ran.push(`${name} at ${time.now}`));
  }
  await time.pass(until(time, 10));
  expect(ran).toEqual(['early at -3', 'late at 2', 'later at 2']);
});

test('a millisecond ends only once promises have done all that they have to', async () => {
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

test('installed, it drives timers, the clock and randomness; then the thread has its own again', async () => {
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
