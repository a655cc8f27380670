import type { Band, Call, Outcome, Rehearsal } from './rehearsal.ts';
import { WATCHED_ATTEMPTS } from './settings.ts';

/** A retry as the page shows it. Times are in ms. */
export interface RetryRow extends Band {
  readonly retryNum: number;
  /** The share of calls that had it, from 0 to 1. */
  readonly share: number;
  /** The earliest and the latest begin, as if there were no timeout, counted from the begin of the first attempt. */
  readonly earliest: number;
  readonly latest: number;
}

/** An outcome, and the share of calls that had it. */
export interface OutcomeCount {
  readonly outcome: Outcome;
  readonly count: number;
}

export interface Bin extends Band {
  readonly succeeded: number;
  readonly failed: number;
}

export interface Summary {
  readonly retries: readonly RetryRow[];
  /** Those that happened, the most frequent first. */
  readonly outcomes: readonly OutcomeCount[];
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
  readonly attemptsPerCall: number;
  readonly bins: readonly Bin[];
}

const BINS = 30;

export function summarize({ bands, calls }: Rehearsal, attemptTakes: number): Summary {
  const totals = calls.map(({ total }) => total).sort((a, b) => a - b);
  const attempts = calls.reduce((sum, call) => sum + call.attempts.length, 0);
  return {
    retries: retryRows(bands, calls, attemptTakes),
    outcomes: countOutcomes(calls),
    median: quantile(totals, 0.5),
    p95: quantile(totals, 0.95),
    longest: quantile(totals, 1),
    attemptsPerCall: attempts / calls.length,
    bins: toBins(calls, quantile(totals, 1)),
  };
}

function retryRows(bands: readonly Band[], calls: readonly Call[], attemptTakes: number): RetryRow[] {
  let earliest = 0;
  let latest = 0;
  return bands.map(({ from, to }, index) => {
    earliest += attemptTakes + from;
    latest += attemptTakes + to;
    const had = calls.filter(({ waits }) => waits.length > index).length;
    return { retryNum: index + 1, from, to, share: had / calls.length, earliest, latest };
  });
}

function countOutcomes(calls: readonly Call[]): OutcomeCount[] {
  const counts = new Map<Outcome, number>();
  for (const { outcome } of calls) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return Array.from(counts, ([outcome, count]) => ({ outcome, count })).sort((a, b) => b.count - a.count);
}

/** Returns the smallest value that is not below this share of the values (nearest rank). */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
}

function toBins(calls: readonly Call[], longest: number): Bin[] {
  const width = Math.max(longest, 1) / BINS;
  return Array.from({ length: BINS }, (_, index) => {
    const isLast = index === BINS - 1;
    const [from, to] = [index * width, (index + 1) * width];
    const within = calls.filter(({ total }) => total >= from && (isLast || total < to));
    const succeeded = within.filter(({ outcome }) => outcome === 'success').length;
    return { from, to, succeeded, failed: within.length - succeeded };
  });
}

/** The names of the outcomes of a call, beside it and in a sentence. */
export const OUTCOMES: Readonly<Record<Outcome, { readonly mark: string; readonly text: string }>> = {
  success: { mark: '✓', text: 'succeeded' },
  aborted: { mark: '✗ aborted', text: 'were aborted by their signal' },
  unmatched: { mark: '✗ unmatched', text: 'let their error through' },
  stopped: { mark: '✗ stopped', text: 'were stopped' },
  attempts: { mark: '✗ attempts', text: 'gave up: no attempt was left' },
  deadline: { mark: '✗ deadline', text: 'ended at their deadline, or had no time for the next wait' },
  timeout: { mark: '✗ timeout', text: 'gave up: the next wait would not have fitted into the timeout' },
  budget: { mark: '✗ budget', text: 'gave up: the retry budget was empty' },
  cut: { mark: '… goes on', text: `went on: they are watched for ${WATCHED_ATTEMPTS} attempts` },
};
