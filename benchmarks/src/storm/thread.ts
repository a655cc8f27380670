// Plays one contender's scene in a thread of its own, whose time and randomness it may replace.
import { parentPort, workerData } from 'node:worker_threads';
import { findContender } from './contenders.ts';
import type { Job } from './play.ts';
import { simulate } from './simulate.ts';

const { scene, contender, seed } = workerData as Job;
parentPort?.postMessage(await simulate(scene, findContender(contender), seed));
