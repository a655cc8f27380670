import { pinoHook } from '@stamina/pino';
import { describe, expect, it } from 'vitest';
import { callFailing } from './support/failing-call.ts';
import { makeLogger, PINOS } from './support/pinos.ts';

describe.each(PINOS)('redaction with pino $version', ({ pino }) => {
  it('hides fields of arguments and errors', async () => {
    const redact = ['callable', 'err.status', 'args[0].password', 'args[*].token', 'args[1].cards[*].number'];
    const { logger, lines } = makeLogger(pino, { redact });
    const user = { name: 'Ada', password: 'secret', token: 'secret' };
    const order = { token: 'secret', cards: [{ number: 'secret', kind: 'debit' }] };
    await callFailing(pinoHook(logger, { args: true }), 9, user, order);
    for (const line of lines) {
      expect(line).toMatchObject({
        callable: '[Redacted]',
        args: [
          { name: 'Ada', password: '[Redacted]', token: '[Redacted]' },
          { token: '[Redacted]', cards: [{ number: '[Redacted]', kind: 'debit' }] },
        ],
        err: { message: '503 Service Unavailable', status: '[Redacted]' },
      });
    }
    expect(user).toEqual({ name: 'Ada', password: 'secret', token: 'secret' });
    expect(order.cards[0]?.number).toBe('secret');
  });

  it('follows the options of the logger', async () => {
    const paths = ['args[0].password'];
    const removing = makeLogger(pino, { redact: { paths, remove: true } });
    await callFailing(pinoHook(removing.logger, { args: true }), 1, { name: 'Ada', password: 'secret' });
    expect(removing.lines[0]?.args).toEqual([{ name: 'Ada' }]);

    const censor = (value: unknown): string => `${String(value).length} characters`;
    const censoring = makeLogger(pino, { redact: { paths, censor } });
    await callFailing(pinoHook(censoring.logger, { args: true }), 1, { name: 'Ada', password: 'secret' });
    expect(censoring.lines[0]?.args).toEqual([{ name: 'Ada', password: '6 characters' }]);

    const nesting = makeLogger(pino, { redact: { paths }, nestedKey: 'payload' });
    await callFailing(pinoHook(nesting.logger, { args: true }), 1, { name: 'Ada', password: 'secret' });
    expect(nesting.lines[0]?.payload.args).toEqual([{ name: 'Ada', password: '[Redacted]' }]);
  });

  it('hides arguments that are cut', async () => {
    const { logger, lines } = makeLogger(pino, { redact: ['args[0].password', 'args[1].a.b.c.d.e.password'] });
    const deep = { a: { b: { c: { d: { e: { password: 'secret' } } } } } };
    await callFailing(pinoHook(logger, { args: true }), 9, { password: 'secret'.repeat(1_000) }, deep);
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(lines[0]?.args).toEqual([{ password: '[Redacted]' }, { a: { b: { c: { d: { e: '[Object]' } } } } }]);
  });

  it('hides arguments next to the cut', async () => {
    const { logger, lines } = makeLogger(pino, { redact: ['args[*].password'] });
    for (let length = 9_800; length < 9_950; length++) {
      const texts = Array.from({ length: 10 }, (_, index) =>
        'x'.repeat(Math.max(0, Math.min(1_000, length - index * 1_000))),
      );
      await callFailing(pinoHook(logger, { args: true }), 1, { texts }, { password: 1_234_567 });
    }
    expect(JSON.stringify(lines.map(({ args }) => args))).not.toContain('1234567');
  });
});
