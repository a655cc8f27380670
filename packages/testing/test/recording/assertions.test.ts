import { assertGivenUp, assertRetried } from '@stamina/testing';
import '@stamina/testing/vitest';
import { expect, test } from 'vitest';
import { messageOf, record } from '../support/recording.ts';

test('assertions have the same messages as matchers', async () => {
  const recorder = await record(3, 3);
  assertRetried(recorder);
  assertRetried(recorder, 2);
  assertGivenUp(recorder);
  assertGivenUp(recorder, 'attempts');
  expect(messageOf(() => assertRetried(recorder, 3))).toBe(messageOf(() => expect(recorder).toHaveRetried(3)));
  expect(messageOf(() => assertGivenUp(recorder, 'budget'))).toBe(
    messageOf(() => expect(recorder).toHaveGivenUp('budget')),
  );
});

test('a failed assertion is an AssertionError', async () => {
  const recorder = await record(3, 3);
  expect(() => assertRetried(recorder, 0)).toThrow(
    expect.objectContaining({ name: 'AssertionError', code: 'ERR_ASSERTION', actual: 2, expected: 0 }),
  );
});
