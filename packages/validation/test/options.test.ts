import {
  checkBoolean,
  checkNumber,
  checkOptions,
  checkString,
  isAtLeast,
  type OptionTable,
  optionNames,
} from '@stamina/validation';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';

interface Settings {
  readonly name: string | undefined;
  readonly wait: number;
  readonly unref: boolean;
}
const TABLE: OptionTable<Settings> = {
  name: { check: checkString },
  wait: { default: 100, check: checkNumber(isAtLeast(0), 'a number of at least 0') },
  unref: { default: false, check: checkBoolean },
};
const DEFAULTS: Settings = { name: undefined, wait: 100, unref: false };
const resolve = (given: unknown): Settings => checkOptions('test options', given, TABLE, 'write test({ wait: 5 })');

describe('checkOptions', () => {
  test('fills in the defaults', () => {
    expect(resolve({})).toStrictEqual(DEFAULTS);
    expect(resolve({ wait: 5 })).toStrictEqual({ ...DEFAULTS, wait: 5 });
  });

  test('treats undefined like an option that is left out', () => {
    expect(resolve({ name: undefined, wait: undefined, unref: undefined })).toStrictEqual(DEFAULTS);
  });

  test('does not replace null by the default', () => {
    expect(() => resolve({ wait: null })).toThrow(new TypeError('`wait` must be a number of at least 0, got null'));
  });

  test('does not check defaults', () => {
    const check = vi.fn();
    expect(checkOptions('test options', {}, { wait: { default: 'none', check } }, '')).toEqual({ wait: 'none' });
    expect(check).not.toHaveBeenCalled();
  });

  test('does not accept a field without a check', () => {
    const table = { ...TABLE, limit: { default: 5 } };
    expect(optionNames(table)).toEqual(Object.keys(TABLE));
    expect(checkOptions('test options', {}, table, '')).toStrictEqual({ ...DEFAULTS, limit: 5 });
    expect(() => checkOptions('test options', { limit: 6 }, table, '')).toThrow('`limit` is not known in test options');
  });

  test('uses what a check returns', () => {
    const check = (name: string, value: unknown): string => `${name} ${value}`;
    expect(checkOptions('test options', { wait: 5 }, { wait: { check } }, '')).toEqual({ wait: 'wait 5' });
  });

  test('passes on what a check throws', () => {
    expect(() => resolve({ wait: -1 })).toThrow(new RangeError('`wait` must be a number of at least 0, got -1'));
  });

  test('returns all options in the order of the table', () => {
    expect(Object.keys(resolve({ unref: true, name: 'load' }))).toEqual(['name', 'wait', 'unref']);
  });

  test('leaves the given options as they are', () => {
    const given = Object.freeze({ wait: 5 });
    expect(resolve(given)).not.toBe(given);
    expect(TABLE.wait.default).toBe(100);
  });

  test('accepts an object without a prototype', () => {
    expect(resolve(Object.assign(Object.create(null), { wait: 5 }))).toEqual({ ...DEFAULTS, wait: 5 });
  });

  test('ignores inherited options', () => {
    expect(resolve(Object.create({ wait: 5, unknown: true }))).toStrictEqual(DEFAULTS);
  });

  test('ignores options on Object.prototype', () => {
    Object.defineProperty(Object.prototype, 'wait', { value: 5, configurable: true });
    try {
      expect(resolve({})).toStrictEqual(DEFAULTS);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'wait');
    }
  });

  test.each(Object.getOwnPropertyNames(Object.prototype))('does not know the option %s', (name) => {
    expect(() => resolve(Object.fromEntries([[name, 1]]))).toThrow(`\`${name}\` is not known in test options; `);
  });

  test('returns each given option, and the default for each other', () => {
    const given = fc.record({ name: fc.string(), wait: fc.nat(), unref: fc.boolean() }, { requiredKeys: [] });
    fc.assert(
      fc.property(given, (options) => {
        expect(resolve(options)).toEqual({ ...DEFAULTS, ...options });
      }),
    );
  });
});
