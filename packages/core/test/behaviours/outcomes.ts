import { expect, vi } from 'vitest';
import { type Behaviours, finish, type Surface, type Work } from '../support/surfaces.ts';
import { failing, hopeless, rejection, settle } from '../support/work.ts';

const noWait = { on: () => 0 };

async function throwsUnchanged(surface: Surface, thrown: unknown): Promise<void> {
  const work = hopeless(thrown);
  expect(await rejection(settle(surface, { ...noWait, attempts: 2 }, work))).toBe(thrown);
  expect(work).toHaveBeenCalledTimes(2);
}

export const outcomes: Behaviours = {
  'a success is returned after one call': async (surface) => {
    const result = { some: 'result' };
    const work = vi.fn<Work>(() => result);
    expect(await settle(surface, { on: Error }, work)).toBe(result);
    expect(work).toHaveBeenCalledTimes(1);
  },

  'a success without a timeout reads no clock': async (surface) => {
    const now = vi.spyOn(performance, 'now');
    await settle(surface, { on: Error, timeout: Infinity }, () => 'done');
    expect(now).not.toHaveBeenCalled();
    await settle(surface, { on: Error, timeout: Infinity, onRecover() {} }, () => 'done');
    expect(now).toHaveBeenCalled();
    now.mockClear();
    await settle(surface, { on: Error }, () => 'done');
    expect(now).toHaveBeenCalled();
  },

  'falsy results count as successes': async (surface) => {
    for (const result of [undefined, null, false, 0, '', Number.NaN]) {
      const work = vi.fn<Work>(() => result);
      expect(await settle(surface, noWait, work)).toBe(result);
      expect(work).toHaveBeenCalledTimes(1);
    }
  },

  'a returned error counts as a success': async (surface) => {
    const error = new Error('returned');
    expect(await settle(surface, { on: Error }, () => error)).toBe(error);
  },

  'work is retried until it succeeds': async (surface) => {
    const work = failing(new Error('1'), new Error('2'), new Error('3'));
    expect(await settle(surface, noWait, work)).toBe('done');
    expect(work).toHaveBeenCalledTimes(4);
  },

  'the last error is thrown unchanged': async (surface) => {
    const last = new Error('3');
    const work = failing(new Error('1'), new Error('2'), last);
    expect(await rejection(settle(surface, { ...noWait, attempts: 3 }, work))).toBe(last);
    expect(work).toHaveBeenCalledTimes(3);
  },

  'the default is 10 attempts': async (surface) => {
    const work = hopeless();
    await expect(settle(surface, noWait, work)).rejects.toThrow('always');
    expect(work).toHaveBeenCalledTimes(10);
  },

  'one attempt means no retry': async (surface) => {
    const work = hopeless();
    await expect(settle(surface, { on: Error, attempts: 1 }, work)).rejects.toThrow('always');
    expect(work).toHaveBeenCalledTimes(1);
  },

  '`attempts: Infinity` sets no limit': async (surface) => {
    const work = failing(...Array.from({ length: 25 }, (_, index) => index));
    expect(await settle(surface, { ...noWait, attempts: Number.POSITIVE_INFINITY }, work)).toBe('done');
    expect(work).toHaveBeenCalledTimes(26);
  },

  'errors are left untouched': async (surface) => {
    const error = new Error('plain', { cause: 'a cause' });
    const { stack } = error;
    expect(await rejection(settle(surface, { ...noWait, attempts: 3 }, hopeless(error)))).toBe(error);
    expect(Reflect.ownKeys(error)).toEqual(Reflect.ownKeys(new Error('plain', { cause: 'a cause' })));
    expect(error).toMatchObject({ message: 'plain', cause: 'a cause', stack });
  },

  'a frozen error is thrown unchanged': (surface) => throwsUnchanged(surface, Object.freeze(new Error('frozen'))),
  'a string is thrown unchanged': (surface) => throwsUnchanged(surface, 'a string'),
  'undefined is thrown unchanged': (surface) => throwsUnchanged(surface, undefined),
  'null is thrown unchanged': (surface) => throwsUnchanged(surface, null),
  'false is thrown unchanged': (surface) => throwsUnchanged(surface, false),
  'a symbol is thrown unchanged': (surface) => throwsUnchanged(surface, Symbol('thrown')),
  'a function is thrown unchanged': (surface) => throwsUnchanged(surface, () => 'thrown'),
  'an object without a prototype is thrown unchanged': (surface) => throwsUnchanged(surface, Object.create(null)),

  'concurrent calls share only the policy': async (surface) => {
    const onRetry = vi.fn();
    const work = vi.fn<Work>(() => {
      throw work.mock.calls.length;
    });
    const call = surface.prepare({ ...noWait, attempts: 2, onRetry }, work);
    const settled = (await finish(Promise.allSettled([call(), call(), call()]))) as PromiseRejectedResult[];
    expect(work).toHaveBeenCalledTimes(6);
    expect(new Set(settled.map(({ reason }) => reason)).size).toBe(3);
    expect(onRetry.mock.calls.map(([{ retryNum }]) => retryNum)).toEqual([1, 1, 1]);
  },

  'each call starts afresh': async (surface) => {
    const work = hopeless();
    const call = surface.prepare({ ...noWait, attempts: 3 }, work);
    await expect(finish(call())).rejects.toThrow('always');
    await expect(finish(call())).rejects.toThrow('always');
    expect(work).toHaveBeenCalledTimes(6);
  },
};
