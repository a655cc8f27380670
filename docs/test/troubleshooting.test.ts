// The messages that the page about troubleshooting explains are messages that core has.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { retry, retryContext } from '@stamina/core';
import { libraryPolicy } from '@stamina/core/library';
import { retrySync } from '@stamina/core/sync';
import { expect, test } from 'vitest';

const PAGE = readFileSync(join(import.meta.dirname, '../guide/troubleshooting.md'), 'utf8');

/** The messages as the table has them: `…` stands for any text. */
const EXPLAINED = Array.from(PAGE.matchAll(/^\| `` (.+?) `` /gm), ([, message = '']) => message);

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
  () => retry({ on: Error, deadline: 1, waitMax: 0, attempts: Infinity }).run(() => new Promise(() => {})),
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

test('core has each message that the page explains', async () => {
  const messages = await Promise.all(MISTAKES.map(messageOf));
  const isKnown = (explained: string): boolean => {
    const [start = '', ...others] = explained.split(/ ?…/);
    return messages.some((message) => message.startsWith(start) && others.every((part) => message.includes(part)));
  };
  expect(EXPLAINED.length).toBeGreaterThan(20);
  expect(EXPLAINED.filter((explained) => !ELSEWHERE.includes(explained) && !isKnown(explained))).toEqual([]);
});
