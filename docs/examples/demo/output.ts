import { styleText } from 'node:util';
import type { GiveUpReason } from '@stamina/core';
import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { register } from 'prom-client';
import { type Client, currentCall, describe, WAITS } from './clients.ts';

/** Says who calls, and how. */
export function introduce(clients: readonly Client[]): void {
  console.log(paint('bold', `stamina: ${clients.length} clients call a flaky server on 127.0.0.1, at the same time`));
  console.log('');
  for (const { name, surface, note } of clients) console.log(`  ${name.padEnd(8)}  ${surface.padEnd(18)}  ${note}`);
  const { waitInitial, waitMax, waitJitter } = WAITS;
  console.log('');
  console.log(`Retries wait ${waitInitial} ms, then twice as long each time, plus up to ${waitJitter} ms of jitter,`);
  console.log(`never more than ${waitMax} ms; or as long as \`Retry-After\` says.`);
  console.log('');
  console.log('Logged and counted by setRetryHooks([prometheusHook(), pinoHook(logger)]);');
  console.log('pino-pretty makes the log readable. Calls that succeed at once are not in it.');
}

/** A logger as a service may have one: JSON, here with the path of the call and the time since now, written for people. */
export function newLogger(title: string): Logger {
  console.log(`\n${paint('bold', title)}\n`);
  const begun = performance.now();
  return pino(
    {
      base: null,
      timestamp: () => `,"time":${Math.round(performance.now() - begun)}`,
      mixin: () => ({ path: currentCall().path }),
      serializers: { err: describe },
    },
    { write: (line) => process.stdout.write(pretty(line)) },
  );
}

const pretty = prettyFactory({
  colorize: paint('bold', '') !== '',
  customColors: 'error:red,warn:yellow,info:green,message:reset',
  translateTime: false,
  hideObject: true,
  customPrettifiers: {
    time: (ms) => `${(Number(ms) / 1_000).toFixed(2)} s`.padStart(6),
    level: (level, _key, _log, { labelColorized }) =>
      (Number(level) === pino.levels.values.error ? '' : ' ') + labelColorized,
  },
  messageFormat: (record) => {
    const shown = record as unknown as Shown;
    const { callable, path, err = '' } = shown;
    return [callable.padEnd(8), path.padEnd(10), tell(shown).padEnd(21), err].join(' ').trimEnd();
  },
});

/** The fields of a record that lines show. */
interface Shown {
  readonly callable: string;
  readonly path: string;
  readonly msg: string;
  readonly err?: string;
  readonly retry_num: number;
  readonly wait_for: number;
  readonly elapsed: number;
  readonly reason: string;
}

function tell({ msg, retry_num, wait_for, elapsed, reason }: Shown): string {
  if (msg === 'stamina.retry_scheduled') return `↻ retry ${retry_num} in ${wait_for.toFixed(2)} s`;
  if (msg === 'stamina.recovered') return `✓ recovered in ${elapsed.toFixed(2)} s`;
  return msg === 'stamina.gave_up' ? `✗ gave up: ${reason}` : `✗ ${msg}`;
}

/** Styles that can be read on dark and on light terminals alike. */
type Style = 'bold' | 'green' | 'red';

/** Colours text for a terminal that wants it (`NO_COLOR`, `FORCE_COLOR`), and leaves it plain in a file. */
function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

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
