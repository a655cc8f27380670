import { styleText } from 'node:util';
import { type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { type Client, currentCall, WAITS } from './clients.ts';
import { describe } from './request.ts';

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
export type Style = 'bold' | 'green' | 'red';

/** Colours text for a terminal that wants it (`NO_COLOR`, `FORCE_COLOR`), and leaves it plain in a file. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
