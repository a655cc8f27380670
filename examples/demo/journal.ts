import type { GiveUpDetails, RecoverDetails, RetryDetails } from '@stamina/core';
import { currentCall } from './call.ts';
import { type Client, WAITS } from './clients.ts';
import { paint, type Style } from './paint.ts';
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
  console.log('Calls that succeed at once are not listed.');
}

/** Tells what happens, line by line. */
export class Journal {
  readonly #begun = performance.now();

  constructor(title: string) {
    console.log(`\n${paint('bold', title)}\n`);
  }

  retry({ name, retryNum, waitFor, causedBy }: RetryDetails): void {
    this.#tell(name, causedBy, 'magenta', `↻ retry ${retryNum}`, `in ${Math.round(waitFor)} ms`);
  }

  recover({ name, causedBy, elapsed, retryNum }: RecoverDetails): void {
    this.#tell(
      name,
      causedBy,
      'green',
      '✓ recovered',
      `in ${Math.round(elapsed)} ms`,
      `attempt ${retryNum + 1} succeeded`,
    );
  }

  giveUp({ name, causedBy, reason }: GiveUpDetails): void {
    this.#tell(name, causedBy, 'red', '✗ gave up', reason);
  }

  /** An error that no hook hears of: it was not to be retried. */
  fail(name: string, error: Error): void {
    this.#tell(name, error, 'red', '✗ failed', 'not retried');
  }

  #tell(name: string, cause: unknown, style: Style, what: string, detail: string, why?: string): void {
    const call = currentCall();
    call.told = true;
    const time = `${((performance.now() - this.#begun) / 1_000).toFixed(2)} s`;
    const cells = [
      time.padStart(6),
      name.padEnd(8),
      call.path.padEnd(10),
      paint(style, what.padEnd(11)),
      detail.padEnd(11),
      why ?? describe(cause),
    ];
    console.log(cells.join('  '));
  }
}
