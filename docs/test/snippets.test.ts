import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { outputOf, programs, SNIPPETS, testOutput } from './programs.ts';

/** `pnpm run snippets` writes what is printed, for review. */
const update = process.env.UPDATE_SNIPPETS === '1';

/** What differs from run to run: how long something took, and free ports. */
function withoutTimes(output: string): string {
  return output
    .replaceAll(/\b\d+(\.\d+)? ?m?s\b/g, '… ms')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:…')
    .replaceAll(/("(?:wait_for|waited_so_far|elapsed)"|waitedSoFar): ?[\d.]+/g, '$1: …');
}

describe.concurrent('what a program prints is what its page shows', () => {
  test.each(programs)('%s', async (program) => {
    const kept = join(SNIPPETS, program.replace(/ts$/, 'txt'));
    const output = await outputOf(program);
    if (update && !(existsSync(kept) && withoutTimes(output) === withoutTimes(readFileSync(kept, 'utf8')))) {
      writeFileSync(kept, output);
    }
    expect(withoutTimes(output)).toBe(withoutTimes(readFileSync(kept, 'utf8')));
  });
});

test('the tests that a page shows pass', async () => {
  expect(await testOutput()).toMatch(/Tests +\d+ passed/);
});
