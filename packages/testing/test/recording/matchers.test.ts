import { recordRetries } from '@stamina/testing';
import '@stamina/testing/vitest';
import { describe, expect, test } from 'vitest';
import { record } from '../support/recording.ts';

test('toHaveRetried() counts retries', async () => {
  const some = await record(2, 3);
  expect(some).toHaveRetried();
  expect(some).toHaveRetried(2);
  expect(some).not.toHaveRetried(0);
  const none = await record(0, 3);
  expect(none).not.toHaveRetried();
  expect(none).toHaveRetried(0);
});

test('toHaveGivenUp() looks for a reason', async () => {
  const gaveUp = await record(3, 3);
  expect(gaveUp).toHaveGivenUp();
  expect(gaveUp).toHaveGivenUp('attempts');
  expect(gaveUp).not.toHaveGivenUp('budget');
  expect(await record(2, 3)).not.toHaveGivenUp();
});

describe('matchers refuse', () => {
  const recorder = recordRetries();
  recorder.dispose();
  test.each<[string, () => void, string]>([
    [
      'an array instead of a recorder',
      () => expect([]).toHaveRetried(1),
      '`recorder` must be a recorder from recordRetries(), got an array of 0; write expect(recorder).toHaveRetried(2)',
    ],
    [
      'undefined instead of a recorder',
      () => expect(undefined).not.toHaveGivenUp(),
      "`recorder` must be a recorder from recordRetries(), got undefined; write expect(recorder).toHaveGivenUp('attempts')",
    ],
    [
      'half a retry',
      () => expect(recorder).toHaveRetried(0.5),
      '`times` must be an integer from 0 to 9007199254740991, got 0.5',
    ],
    [
      'a number in a string',
      () => expect(recorder).not.toHaveRetried('2' as unknown as number),
      '`times` must be an integer from 0 to 9007199254740991, got "2"',
    ],
    [
      'an unknown reason',
      () => expect(recorder).not.toHaveGivenUp('bored' as 'budget'),
      '`reason` must be one of aborted, unmatched, attempts, timeout, budget, got "bored"; leave it out for any reason',
    ],
  ])('%s', (_, assertion, message) => {
    expect(assertion).toThrow(message);
  });
});
