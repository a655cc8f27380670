import { expect, vi } from 'vitest';
import { finish, type Surface, type Work } from '../surfaces.ts';
import { failing, hopeless, rejection, settle } from '../work.ts';
import type { Behaviours } from './table.ts';

const atOnce = { on: () => 0 };

async function throwsAsItIs(surface: Surface, thrown: unknown): Promise<void> {
  const work = hopeless(thrown);
  expect(await rejection(settle(surface, { ...atOnce, attempts: 2 }, work))).toBe(thrown);
  expect(work).toHaveBeenCalledTimes(2);
}

export const outcomes: Behaviours = {
  'work that succeeds is called once, and its result handed over': async (surface) => {
    const result = { some: 'result' };
    const work = vi.fn<Work>(() => result);
    expect(await settle(surface, { on: Error }, work)).toBe(result);
    expect(work).toHaveBeenCalledTimes(1);
  },

  'a success that nobody times reads no clock': async (surface) => {
    const now = vi.spyOn(performance, 'now');
    await settle(surface, { on: Error, timeout: Infinity }, () => 'done');
    expect(now).not.toHaveBeenCalled();
    await settle(surface, { on: Error, timeout: Infinity, onRecover() {} }, () => 'done');
    expect(now).toHaveBeenCalled();
    now.mockClear();
    await settle(surface, { on: Error }, () => 'done');
    expect(now).toHaveBeenCalled();
  },

  'falsy results are results': async (surface) => {
    for (const result of [undefined, null, false, 0, '', Number.NaN]) {
      const work = vi.fn<Work>(() => result);
      expect(await settle(surface, atOnce, work)).toBe(result);
      expect(work).toHaveBeenCalledTimes(1);
    }
  },

  'an error that is returned is a result': async (surface) => {
    const error = new Error('returned');
    expect(await settle(surface, { on: Error }, () => error)).toBe(error);
  },

  'work is retried until it succeeds': async (surface) => {
    const work = failing(new Error('1'), new Error('2'), new Error('3'));
    expect(await settle(surface, atOnce, work)).toBe('done');
    expect(work).toHaveBeenCalledTimes(4);
  },

  'the last error is thrown, and the same object': async (surface) => {
    const last = new Error('3');
    const work = failing(new Error('1'), new Error('2'), last);
    expect(await rejection(settle(surface, { ...atOnce, attempts: 3 }, work))).toBe(last);
    expect(work).toHaveBeenCalledTimes(3);
  },

  'there are 10 attempts unless it is said otherwise': async (surface) => {
    const work = hopeless();
    await expect(settle(surface, atOnce, work)).rejects.toThrow('always');
    expect(work).toHaveBeenCalledTimes(10);
  },

  'one attempt means no retry': async (surface) => {
    const work = hopeless();
    await expect(settle(surface, { on: Error, attempts: 1 }, work)).rejects.toThrow('always');
    expect(work).toHaveBeenCalledTimes(1);
  },

  'without a limit of attempts there are as many as it takes': async (surface) => {
    const work = failing(...Array.from({ length: 25 }, (_, index) => index));
    expect(await settle(surface, { ...atOnce, attempts: Number.POSITIVE_INFINITY }, work)).toBe('done');
    expect(work).toHaveBeenCalledTimes(26);
  },

  'an error is left untouched': async (surface) => {
    const error = new Error('plain', { cause: 'a cause' });
    const { stack } = error;
    expect(await rejection(settle(surface, { ...atOnce, attempts: 3 }, hopeless(error)))).toBe(error);
    expect(Reflect.ownKeys(error)).toEqual(Reflect.ownKeys(new Error('plain', { cause: 'a cause' })));
    expect(error).toMatchObject({ message: 'plain', cause: 'a cause', stack });
  },

  'a frozen error is thrown as it is': (surface) => throwsAsItIs(surface, Object.freeze(new Error('frozen'))),
  'a string is thrown as it is': (surface) => throwsAsItIs(surface, 'a string'),
  'undefined is thrown as it is': (surface) => throwsAsItIs(surface, undefined),
  'null is thrown as it is': (surface) => throwsAsItIs(surface, null),
  'false is thrown as it is': (surface) => throwsAsItIs(surface, false),
  'a symbol is thrown as it is': (surface) => throwsAsItIs(surface, Symbol('thrown')),
  'a function is thrown as it is': (surface) => throwsAsItIs(surface, () => 'thrown'),
  'an object without a prototype is thrown as it is': (surface) => throwsAsItIs(surface, Object.create(null)),

  'calls at once share nothing but the policy': async (surface) => {
    const onRetry = vi.fn();
    const work = vi.fn<Work>(() => {
      throw work.mock.calls.length;
    });
    const call = surface.prepare({ ...atOnce, attempts: 2, onRetry }, work);
    const settled = (await finish(Promise.allSettled([call(), call(), call()]))) as PromiseRejectedResult[];
    expect(work).toHaveBeenCalledTimes(6);
    expect(new Set(settled.map(({ reason }) => reason)).size).toBe(3);
    expect(onRetry.mock.calls.map(([{ retryNum }]) => retryNum)).toEqual([1, 1, 1]);
  },

  'a policy starts afresh with each call': async (surface) => {
    const work = hopeless();
    const call = surface.prepare({ ...atOnce, attempts: 3 }, work);
    await expect(finish(call())).rejects.toThrow('always');
    await expect(finish(call())).rejects.toThrow('always');
    expect(work).toHaveBeenCalledTimes(6);
  },
};
