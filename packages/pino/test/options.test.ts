import { pinoHook } from '@stamina/pino';
import { describe, expect, it } from 'vitest';
import { makeLogger, PINOS } from './support/pinos.ts';

/** Calls `pinoHook` without types, as JavaScript can. */
const make = pinoHook as (...args: unknown[]) => unknown;

describe.each(PINOS)('pinoHook with pino $version', ({ pino }) => {
  const { logger } = makeLogger(pino);

  it.each([
    ['null', null],
    ['"info"', 'info'],
    ['an instance of Console', console],
    ['function pino', pino],
    ['an object', { level: 'info' }],
  ])('refuses anything but a pino logger: %s', (shown, given) => {
    expect(() => make(given)).toThrow(
      new TypeError(
        `\`logger\` must be a pino logger, got ${shown}; pass the result of pino(), or nothing for a new logger; options come second: pinoHook(undefined, { level: 'info' })`,
      ),
    );
  });

  it.each([
    ['null', null],
    ['"info"', 'info'],
    ['an array of 1', ['info']],
    ['function anonymous', () => 'info'],
  ])('refuses options other than an object: %s', (shown, given) => {
    expect(() => make(logger, given)).toThrow(
      new TypeError(
        `\`options of pinoHook\` must be an object, got ${shown}; write pinoHook(logger, { level: 'info' })`,
      ),
    );
  });

  it.each([
    ['logLevel', 'level'],
    ['levels', 'level'],
    ['arguments', 'args'],
    ['logArgs', 'args'],
  ])('refuses the unknown option %s, and suggests %s', (name, meant) => {
    expect(() => make(logger, { [name]: true })).toThrow(
      new TypeError(
        `\`${name}\` is not known in options of pinoHook; did you mean \`${meant}\`? Allowed are level, args`,
      ),
    );
  });

  it('says where a logger among the options belongs', () => {
    expect(() => make(logger, { logger })).toThrow(
      new TypeError('`logger` belongs to the first parameter: write pinoHook(logger), not pinoHook({ logger })'),
    );
  });

  it('uses the defaults for undefined', () => {
    expect(make(logger, { level: undefined, args: undefined })).toBeDefined();
    expect(make(logger, undefined)).toBeDefined();
  });

  it.each([
    ['wran', '"wran"'],
    ['WARN', '"WARN"'],
    ['toString', '"toString"'],
    [40, '40'],
    [null, 'null'],
  ])('refuses a level that the logger does not have: %s', (level, shown) => {
    expect(() => make(logger, { level })).toThrow(
      new TypeError(
        `\`level\` must be a level of the logger (trace, debug, info, warn, error, fatal), got ${shown}; use 'silent' to log no retries`,
      ),
    );
  });

  it('accepts custom levels of this logger only', () => {
    const { logger: auditor } = makeLogger(pino, { customLevels: { audit: 35 } });
    expect(make(auditor, { level: 'audit' })).toBeDefined();
    expect(() => make(logger, { level: 'audit' })).toThrow('got "audit"');
    expect(() => make(auditor, { level: 'adit' })).toThrow(
      '(trace, debug, info, warn, error, fatal, audit), got "adit"',
    );
  });

  it('refuses a logger without the default level', () => {
    const customLevels = { error: 50, warning: 40, info: 30 };
    const { logger: syslog } = makeLogger(pino, { customLevels, useOnlyCustomLevels: true, level: 'info' });
    expect(() => make(syslog)).toThrow(
      new TypeError(
        '`level` must be a level of the logger (error, warning, info), got "warn"; this is the default, so choose another level',
      ),
    );
  });

  it.each([
    ['error', 'give-ups', { warn: 40, info: 30 }, 'warn, info'],
    ['info', 'recoveries', { error: 50, warn: 40 }, 'error, warn'],
  ])('refuses a logger without the level %s for %s', (level, events, customLevels, known) => {
    const { logger: only } = makeLogger(pino, { customLevels, useOnlyCustomLevels: true, level: 'warn' });
    expect(() => make(only)).toThrow(
      new TypeError(
        `\`logger\` must have the level \`${level}\`, got one with ${known}; add it to \`customLevels\`, because ${events} are logged at it`,
      ),
    );
  });

  it.each([
    ['an array of 1', ['password']],
    ['"true"', 'true'],
    ['1', 1],
    ['null', null],
  ])('refuses args that are neither true nor false: %s', (shown, args) => {
    expect(() => make(logger, { args })).toThrow(
      new TypeError(
        `\`args\` must be true or false, got ${shown}; use \`redact\` of the logger to hide a part of them`,
      ),
    );
  });
});
