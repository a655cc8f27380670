import { pinoHook } from '@stamina/pino';
import { describe, expect, it } from 'vitest';
import { keep, PINOS } from './pinos.ts';

/** As JavaScript calls it. */
const make = pinoHook as (...args: unknown[]) => unknown;

describe.each(PINOS)('with pino $version, pinoHook refuses', ({ pino }) => {
  const { logger } = keep(pino);

  it.each([
    ['null', null],
    ['"info"', 'info'],
    ['[object console]', console],
    ['[object Function]', pino],
    ['[object Object]', { level: 'info' }],
  ])('what is no logger: %s', (shown, given) => {
    expect(() => make(given)).toThrow(
      new TypeError(
        `\`logger\` must be a pino logger, got ${shown}; pass what \`pino()\` returned, or nothing for a new one; options come second: pinoHook(undefined, { level: 'info' })`,
      ),
    );
  });

  it.each([
    ['null', null],
    ['"info"', 'info'],
    ['[object Array]', ['info']],
    ['[object Function]', () => 'info'],
  ])('what are no options: %s', (shown, given) => {
    expect(() => make(logger, given)).toThrow(
      new TypeError(
        `\`options of pinoHook\` must be an object, got ${shown}; write pinoHook(logger, { level: 'info' })`,
      ),
    );
  });

  it.each([
    ['logLevel', 'did you mean `level`? allowed'],
    ['levels', 'did you mean `level`? allowed'],
    ['arguments', 'did you mean `args`? allowed'],
    ['logArgs', 'did you mean `args`? allowed'],
    ['logger', 'allowed'],
  ])('an unknown option: %s', (name, hint) => {
    expect(() => make(logger, { [name]: true })).toThrow(
      new TypeError(`\`${name}\` is not known in options of pinoHook; ${hint} are level and args`),
    );
  });

  it.each([
    ['wran', '"wran"'],
    ['WARN', '"WARN"'],
    ['toString', '"toString"'],
    [40, '40'],
    [null, 'null'],
  ])('a level that the logger does not have: %s', (level, shown) => {
    expect(() => make(logger, { level })).toThrow(
      new TypeError(
        `\`level\` must be a level of the logger (trace, debug, info, warn, error, fatal), got ${shown}; use 'silent' to log none`,
      ),
    );
  });

  it('a level that another logger has', () => {
    const { logger: auditor } = keep(pino, { customLevels: { audit: 35 } });
    expect(make(auditor, { level: 'audit' })).toBeDefined();
    expect(() => make(logger, { level: 'audit' })).toThrow('got "audit"');
    expect(() => make(auditor, { level: 'adit' })).toThrow(
      '(trace, debug, info, warn, error, fatal, audit), got "adit"',
    );
  });

  it('a logger without the default level, naming its own', () => {
    const customLevels = { error: 50, warning: 40, info: 30 };
    const { logger: syslog } = keep(pino, { customLevels, useOnlyCustomLevels: true, level: 'info' });
    expect(() => make(syslog)).toThrow(
      new TypeError(
        '`level` must be a level of the logger (error, warning, info), got "warn"; it is the default: choose another',
      ),
    );
  });

  it.each([
    ['error', 'give-ups', { warn: 40, info: 30 }, 'warn, info'],
    ['info', 'recoveries', { error: 50, warn: 40 }, 'error, warn'],
  ])('a logger without the level %s, at which %s are logged', (level, what, customLevels, known) => {
    const { logger: only } = keep(pino, { customLevels, useOnlyCustomLevels: true, level: 'warn' });
    expect(() => make(only)).toThrow(
      new TypeError(
        `\`logger\` must have a level \`${level}\`, at which ${what} are logged; it has ${known}: add it to the logger's \`customLevels\``,
      ),
    );
  });

  it.each([
    ['[object Array]', ['password']],
    ['"true"', 'true'],
    ['1', 1],
    ['null', null],
  ])('args that are neither true nor false: %s', (shown, args) => {
    expect(() => make(logger, { args })).toThrow(
      new TypeError(
        `\`args\` must be true or false, got ${shown}; use \`redact\` of the logger to hide a part of them`,
      ),
    );
  });
});
