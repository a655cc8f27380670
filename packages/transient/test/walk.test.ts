// The rules that all clients share.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as aws from '@stamina/transient/aws';
import * as axios from '@stamina/transient/axios';
import * as grpc from '@stamina/transient/grpc';
import * as llm from '@stamina/transient/llm';
import * as mongodb from '@stamina/transient/mongodb';
import * as mysql from '@stamina/transient/mysql';
import * as pg from '@stamina/transient/pg';
import * as prisma from '@stamina/transient/prisma';
import * as redis from '@stamina/transient/redis';
import { describe, expect, test } from 'vitest';
import { kindOf } from './support/sightings.ts';

const CLIENTS = { aws, axios, grpc, llm, mongodb, mysql, pg, prisma, redis };
const coded = (code: unknown, more: object = {}): Error => Object.assign(new Error('message'), { code, ...more });
const named = (name: string): Error => Object.assign(new Error('message'), { name });
const nested = (depth: number, error: unknown): unknown =>
  depth === 0 ? error : new Error('', { cause: nested(depth - 1, error) });

describe.each(Object.entries(CLIENTS))('every client: %s', (_, predicates) => {
  test.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])(
    '%s is unavailable',
    (code) => {
      expect(kindOf(predicates, coded(code))).toBe('unavailable');
      expect(kindOf(predicates, new Error('wrapped', { cause: coded(code) }))).toBe('unavailable');
    },
  );

  test('a Unix socket that is missing is unavailable, and another missing file is not transient', () => {
    expect(kindOf(predicates, coded('ENOENT', { syscall: 'connect' }))).toBe('unavailable');
    expect(kindOf(predicates, coded('ENOENT', { syscall: 'open' }))).toBe('none');
  });

  test('cancelling is not transient, whatever is the cause', () => {
    const aborted = new DOMException('aborted', 'AbortError');
    const timeout = new DOMException('timeout', 'TimeoutError');
    for (const error of [aborted, timeout, named('AbortError'), named('CanceledError'), coded('ERR_CANCELED')]) {
      expect(kindOf(predicates, error)).toBe('none');
      expect(kindOf(predicates, new Error('wrapped', { cause: error }))).toBe('none');
    }
    const caused = Object.assign(named('AbortError'), { cause: coded('ECONNRESET') });
    expect(kindOf(predicates, caused)).toBe('none');
  });

  test('what is no error of a client is not transient', () => {
    const values = [
      undefined,
      null,
      'ECONNRESET',
      40_001,
      {},
      [],
      () => {},
      new Error(''),
      coded('constructor'),
      coded('__proto__'),
    ];
    for (const value of values) expect(kindOf(predicates, value)).toBe('none');
    expect(kindOf(predicates, Object.assign(new Error('toString'), { name: 'valueOf', errno: 'constructor' }))).toBe(
      'none',
    );
  });
});

describe('the search', () => {
  test('goes five errors deep', () => {
    expect(pg.isTransient(nested(4, coded('40001')))).toBe(true);
    expect(pg.isTransient(nested(5, coded('40001')))).toBe(false);
  });

  test('ends at the first error that shows its kind', () => {
    const cancelled = Object.assign(coded('57014'), { cause: coded('ECONNRESET') });
    expect(kindOf(pg, cancelled)).toBe('none');
    const wrapped = coded('ORDER_FAILED', { cause: coded('40001', { cause: coded('ECONNRESET') }) });
    expect(kindOf(pg, wrapped)).toBe('conflict');
  });

  test('ends in a circle', () => {
    const circle = new Error('circle') as Error & { errors: unknown };
    circle.cause = circle;
    circle.errors = Array.from({ length: 50 }, () => circle);
    expect(pg.isTransient(circle)).toBe(false);
  });

  test('takes the least certain kind of several errors', () => {
    const conflict = coded('40001');
    const lost = coded('ECONNRESET');
    expect(kindOf(pg, new AggregateError([conflict, conflict]))).toBe('conflict');
    expect(kindOf(pg, new AggregateError([conflict, lost]))).toBe('unavailable');
    expect(kindOf(pg, new AggregateError([lost, conflict]))).toBe('unavailable');
    expect(kindOf(mysql, new AggregateError([coded('', { errno: 1213 }), coded('', { errno: 1226 })]))).toBe(
      'throttled',
    );
    expect(kindOf(mysql, new AggregateError([coded('', { errno: 1226 }), coded('', { errno: 1213 })]))).toBe(
      'throttled',
    );
    expect(kindOf(pg, new Error('wrapped', { cause: new AggregateError([new AggregateError([conflict])]) }))).toBe(
      'conflict',
    );
  });

  test('finds nothing if one of several errors is not worth a retry', () => {
    for (const other of [new Error('mistake'), coded('57014'), named('AbortError')]) {
      expect(kindOf(pg, new AggregateError([coded('40001'), other]))).toBe('none');
      expect(kindOf(pg, new AggregateError([other, coded('40001')]))).toBe('none');
    }
    expect(kindOf(pg, new AggregateError([]))).toBe('none');
  });

  test('takes the longest wait of several errors', () => {
    const throttled = (seconds: string): Error =>
      coded('ERR_BAD_REQUEST', { response: { status: 429, headers: { 'retry-after': seconds } } });
    expect(axios.isTransient(new AggregateError([throttled('1'), throttled('3'), throttled('2')]))).toEqual({
      atLeast: 3_000,
    });
    expect(axios.isTransient(new AggregateError([throttled('1'), coded('ECONNRESET')]))).toEqual({ atLeast: 1_000 });
  });
});

describe('judging an error', () => {
  const answered = (status: number, headers: object = {}): Error =>
    coded('ERR_BAD_REQUEST', { status, headers, response: { status, headers }, $metadata: { httpStatusCode: status } });
  const mistakes: readonly [string, unknown][] = [
    ['a mistake', new TypeError('undefined is not a function')],
    ['a mistake in SQL', coded('42P01')],
    ['a number', coded('ER_PARSE_ERROR', { errno: 1064 })],
    ['a reply of Redis', new Error('WRONGTYPE Operation against a key')],
    ['a reply of Redis that begins like another', new Error('BUSYGROUP Consumer Group name already exists')],
    ['a status', answered(404, { 'content-type': 'text/plain', date: 'Sun, 29 Nov 2026 08:00:00 GMT' })],
    ['two causes', nested(2, coded('42P01'))],
    ['several errors', new AggregateError([coded('ECONNREFUSED'), coded('42P01')])],
    ['an abort', new DOMException('aborted', 'AbortError')],
    ['no error at all', 'text'],
  ];
  test.each(mistakes)('%s allocates nothing', (_, error) => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (const { isTransient } of Object.values(CLIENTS)) {
      // A function allocates until it is compiled.
      for (let count = 0; count < 10_000; count++) isTransient(error);
      const grown = Array.from({ length: 3 }, () => {
        collect();
        const before = process.memoryUsage().heapUsed;
        for (let count = 0; count < 5_000; count++) isTransient(error);
        return process.memoryUsage().heapUsed - before;
      });
      // The smallest object takes 16 bytes. The rest of the process allocates a little meanwhile.
      expect(Math.min(...grown.map(Math.abs)) / 5_000).toBeLessThan(8);
    }
  });
});
