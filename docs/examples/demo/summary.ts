import type { GiveUpReason } from '@stamina/core';
import { register } from 'prom-client';
import { paint, type Style } from './log.ts';

const MEANING: Readonly<Record<GiveUpReason, string>> = {
  aborted: 'the caller wanted no answer any more',
  unmatched: 'the next error was one that is never retried',
  stopped: 'the process shuts down',
  attempts: 'none was left',
  deadline: 'the call would have taken longer',
  timeout: 'the next attempt would have begun after it',
  budget: 'retries had used up their share of the load',
};

/** Prints what became of all calls, by client's name, and of the same calls without retries. */
export function summarize(withRetries: ReadonlyMap<string, Tally>, without: ReadonlyMap<string, Tally>): void {
  const total = sum(withRetries.values());
  const bare = sum(without.values());

  console.log(`\n${paint('bold', 'Summary')}\n`);
  printRow('', ['calls', 'at once', 'recovered', 'gave up', 'not retried', 'attempts']);
  for (const [name, tally] of withRetries) printRow(name, figures(tally));
  printRow('all', figures(total), 'bold');
  printRow('all, without retries', figures(bare), 'bold');

  console.log('');
  printShare('Succeeded with retries', total, 'green');
  printShare('          without', bare, 'red');

  const { waits, gaveUp, attempts, calls } = total;
  const [shortest, longest] = [Math.min(...waits), Math.max(...waits)].map(Math.round);
  console.log(`\nAdded load  ${attempts - calls} attempts on top of ${calls}: ${percent(attempts - calls, calls)} %`);
  console.log(`Waited      ${waits.length} times, ${shortest} to ${longest} ms`);
  console.log(`Gave up     ${tellReasons(gaveUp).join('\n            ')}`);
}

function figures({ calls, atOnce, recovered, gaveUp, notRetried, attempts }: Tally): string[] {
  return [calls, atOnce, recovered, gaveUp.length, notRetried, attempts].map(String);
}

function printRow(title: string, cells: readonly string[], style?: Style): void {
  const widths = [7, 9, 11, 9, 13, 10];
  const line = `${title.padEnd(20)}${cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('')}`;
  console.log(style ? paint(style, line) : line);
}

function printShare(title: string, { calls, atOnce, recovered }: Tally, style: Style): void {
  const share = percent(atOnce + recovered, calls);
  const filled = Math.round(share / 4);
  const bar = paint(style, '█'.repeat(filled)) + '░'.repeat(25 - filled);
  console.log(`${title.padEnd(23)} ${bar} ${share} %, ${atOnce + recovered} of ${calls} calls`);
}

function tellReasons(reasons: readonly GiveUpReason[]): string[] {
  const given = (Object.keys(MEANING) as GiveUpReason[]).filter((reason) => reasons.includes(reason));
  return given.map((reason) => {
    const count = reasons.filter((other) => other === reason).length;
    return `${count} × ${reason.padEnd(9)}  ${MEANING[reason]}`;
  });
}

function percent(part: number, whole: number): number {
  return Math.round((100 * part) / whole);
}

/** The outcomes of calls. Each call is counted in one of `atOnce`, `recovered`, `gaveUp` and `notRetried`. */
export interface Tally {
  calls: number;
  /** Calls that succeeded at the first attempt. */
  atOnce: number;
  /** Calls that succeeded after a retry. */
  recovered: number;
  /** The reasons of the calls that gave up. */
  gaveUp: readonly GiveUpReason[];
  /** Calls that failed with an error that is never retried, or while retries are off. */
  notRetried: number;
  /** The wait before each retry, in milliseconds. */
  waits: readonly number[];
  /** Requests that the server received: attempts, counted at the other end. */
  attempts: number;
}

export function newTally(): Tally {
  return { calls: 0, atOnce: 0, recovered: 0, gaveUp: [], notRetried: 0, waits: [], attempts: 0 };
}

/** Adds tallies up. */
function sum(tallies: Iterable<Tally>): Tally {
  const total = newTally();
  for (const tally of tallies) {
    total.calls += tally.calls;
    total.atOnce += tally.atOnce;
    total.recovered += tally.recovered;
    total.gaveUp = [...total.gaveUp, ...tally.gaveUp];
    total.notRetried += tally.notRetried;
    total.waits = [...total.waits, ...tally.waits];
    total.attempts += tally.attempts;
  }
  return total;
}

/** Prints the metrics that Prometheus would get, without the buckets of waits and without zeros. */
export async function printMetrics(): Promise<void> {
  const page = await register.metrics();
  console.log(`\n${paint('bold', '/metrics, without buckets and zeros')}\n`);
  console.log(
    page
      .split('\n')
      .filter((line) => !line.includes('_bucket{') && !line.endsWith(' 0'))
      .join('\n')
      .trim(),
  );
}
