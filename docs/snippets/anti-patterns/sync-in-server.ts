import { retry } from '@stamina/core';
import { retrySync } from '@stamina/core/sync';

class Busy extends Error {}

/** Counts the turns of the event loop while something runs. */
async function turnsDuring(work: () => unknown): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await work();
  clearInterval(timer);
  return turns;
}

const failing = (): (() => string) => {
  let failures = 3;
  return () => {
    if (failures-- > 0) throw new Busy('locked');
    return 'content';
  };
};

const [readFile, readFileAsync] = [failing(), failing()];

// #region dont
const blocking = retrySync({ on: Busy, waitInitial: 20, waitJitter: 10 });
const handle = () => blocking.run(() => readFile());
// #endregion dont
console.log(
  `don't: the server could do something else ${await turnsDuring(handle)} times`,
);

// #region do
const waiting = retry({ on: Busy, waitInitial: 20, waitJitter: 10 });
const handleAsync = () => waiting.run(() => readFileAsync());
// #endregion do
console.log(
  `do: ${(await turnsDuring(handleAsync)) > 10 ? 'it could many times' : 'unexpected'}`,
);
