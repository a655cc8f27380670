// Every test file runs this first. A process warning that no test expects fails the test (or the file) in which it came.
// Unhandled rejections fail the run by Vitest's default.
//
//   import { expectWarning } from '../../../scripts/vitest/setup.ts';
//
//   test('a hook that throws is warned of once', async () => {
//     expectWarning(/retry hook .* threw/);
//     …
//   });
//
// `expectWarning` may be called anywhere in the test, in `beforeEach` or in `afterEach`. It expects one warning, and fails the
// test if none matches. A second warning of the same kind needs a second `expectWarning`. `tolerateWarning` is for a warning
// that comes once per process, in a file whose tests are not about it.
//
// If PROPERTY_RUNS is set, property tests run that often. The nightly job sets it to a large number.
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach } from 'vitest';

const { PROPERTY_RUNS, STRYKER_MUTATOR_WORKER } = process.env;
if (PROPERTY_RUNS) fc.configureGlobal({ numRuns: Number(PROPERTY_RUNS) });
// A fixed seed, because chance must not decide which mutants survive. Nobody reads the smallest example that kills one.
if (STRYKER_MUTATOR_WORKER) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20, endOnFailure: true });

// Bound now: fake timers may replace what the name leads to later.
const nextTurn = setImmediate;
let arrived: Error[] = [];
let expected: (RegExp | string)[] = [];
const tolerated: string[] = [];

// Node's own listener prints each warning. Nobody needs to read one that a test expects, and any other fails a test.
process.removeAllListeners('warning');
process.on('warning', (warning) => arrived.push(warning));

/** Expects one process warning whose `name: message` matches the pattern or contains the text. */
export function expectWarning(pattern: RegExp | string): void {
  expected.push(pattern);
}

/** Allows the process warnings of a file whose message contains the text. */
export function tolerateWarning(text: string): void {
  tolerated.push(text);
}

async function settle(): Promise<void> {
  // Warnings are emitted a tick late, and those of the garbage collector or of rejections a turn late.
  await nextTurn();
  const missing: string[] = [];
  const unexpected = arrived;
  for (const pattern of expected) {
    const index = unexpected.findIndex((warning) => matches(`${warning.name}: ${warning.message}`, pattern));
    if (index === -1) missing.push(String(pattern));
    else unexpected.splice(index, 1);
  }
  arrived = [];
  expected = [];
  const [first, ...others] = unexpected.filter(({ message }) => !tolerated.some((text) => message.includes(text)));
  if (first) {
    throw new Error(`a process warning nobody expected: ${[first, ...others].map(String).join('; ')}`, {
      cause: first,
    });
  }
  if (missing.length > 0) throw new Error(`a process warning was expected but never came: ${missing.join('; ')}`);
}

function matches(text: string, pattern: RegExp | string): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : text.search(pattern) !== -1;
}

afterEach(settle);
afterAll(settle);
