import { retry } from '@stamina/core';

/** One cell of the report: how to take a sample of it, and how often. */
export interface Series {
  readonly title: string;
  readonly passes: number;
  readonly sample: (pass: number) => Promise<void>;
}

// A process may die of what the machine does otherwise.
const again = retry({ on: Error, attempts: 2, timeout: Number.POSITIVE_INFINITY });

/**
 * Takes a sample of every series in turn, then the next of every one, so that a slow spell of the machine hits all alike.
 * Answers which failed, for one that cannot go on must not cost the others their hour.
 */
export async function takeInTurn(series: readonly Series[], progress: (text: string) => void): Promise<string[]> {
  const failures: string[] = [];
  const passes = Math.max(0, ...series.map(({ passes }) => passes));
  for (let pass = 0; pass < passes; pass++) {
    const due = series.filter((one) => pass < one.passes);
    for (const [index, { title, sample }] of due.entries()) {
      progress(`pass ${pass + 1} of ${passes}, ${index + 1} of ${due.length}: ${title}`);
      try {
        await again.run(() => sample(pass));
      } catch (error) {
        failures.push(`${title}: ${(error as Error).message}`);
        progress(`FAILED ${failures.at(-1)}`);
      }
    }
  }
  return failures;
}
