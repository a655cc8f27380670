// The messages that core's README explains are messages that core has.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { retry, retryContext } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { retrySync } from '@stamina/core/sync';
import { expect, test } from 'vitest';

const README = readFileSync(join(import.meta.dirname, '../../packages/core/README.md'), 'utf8');
const [, SECTION = ''] = /^## Troubleshooting\n(.*?)^## /ms.exec(README) ?? [];

/** The messages as the table has them: `…` stands for any text. */
const EXPLAINED = Array.from(SECTION.matchAll(/^\| `` (.+?) `` /gm), ([, message = '']) => message);

/** Messages that only a runtime without blocking waits has. */
const ELSEWHERE = ['blocking is not possible here; …'];

// TypeScript refuses these too.
const given = (value: unknown): never => value as never;
type Wrap = (fn: () => unknown) => () => unknown;
const load = async function load(): Promise<void> {};
const fail = (): never => {
  throw new Error('not yet');
};
class Users {}

const MISTAKES: readonly (() => unknown)[] = [
  () => retry(given(load)),
  () => (retry as (...args: unknown[]) => unknown)({ on: Error }, load),
  () => retry({ on: given('HttpError') }),
  () => retry({ on: Error, ...{ retries: 3 } }),
  () => retry({ on: Error, timeout: given(null) }),
  () => retry({ on: Error, timeout: given('5s') }),
  () => retry({ on: Error, attempts: Infinity, timeout: Infinity }),
  () => retry({ on: Error, signal: given(new AbortController()) }),
  () => retry({ on: Error, signal: AbortSignal.timeout(1_000) })(given(load), given({ kind: 'method', name: 'load' })),
  () => retry({ on: Error, attemptTimeout: 300 })(load),
  () => retrySync({ on: Error, ...{ attemptTimeout: 300 } }),
  () => retry({ on: Error }).run(given(load())),
  () => retry({ on: Error })(given(Users)),
  () => retry({ on: Error })(given(undefined), given({ kind: 'field', name: 'load' })),
  () => retry({ on: Error }).run(load, given({ timeout: 5_000 })),
  () => retry({ on: given(() => {}) }).run(fail),
  async () => {
    const call = libraryPolicy().begin();
    const retryable = { attempt: load, classify: () => false };
    await call.retry(new Error('not yet'), retryable).catch(() => {});
    await call.retry(new Error('not yet'), retryable);
  },
  async () => {
    for await (const attempt of retryContext({ on: Error })) {
      attempt.fail(new Error('not yet'));
      attempt.fail(new Error('not yet'));
    }
  },
  async () => {
    let first: { fail(error: unknown): void } | undefined;
    for await (const attempt of retryContext({ on: Error, waitMax: 0 })) {
      first ??= attempt;
      first.fail(new Error('not yet'));
    }
  },
  () => retrySync({ on: Error }).run(given(load)),
  () => retry({ on: Error, signal: given(Object.assign(new EventTarget(), { aborted: true })) }).run(load),
  () => retrySync({ on: given(async () => true) }).run(fail),
  () => (retry({ on: Error }) as Wrap)(function* () {})(),
  () => (retrySync({ on: Error }) as Wrap)(async function* () {})(),
  () =>
    retry({ on: Error, attempts: 2, attemptTimeout: 300, waitMax: 0 }).run(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    ),
];

async function messageOf(mistake: () => unknown): Promise<string> {
  try {
    await mistake();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`core allows ${mistake}`);
}

test('core has each message that its README explains', async () => {
  const messages = await Promise.all(MISTAKES.map(messageOf));
  const isKnown = (explained: string): boolean => {
    const [start = '', ...others] = explained.split(/ ?…/);
    return messages.some((message) => message.startsWith(start) && others.every((part) => message.includes(part)));
  };
  expect(EXPLAINED.length).toBeGreaterThan(20);
  expect(EXPLAINED.filter((explained) => !ELSEWHERE.includes(explained) && !isKnown(explained))).toEqual([]);
});

test('the README shows a whole message as it is', async () => {
  expect(README).toContain(`    ${await messageOf(() => retry({ on: Error, timeout: 0 }))}\n`);
});
