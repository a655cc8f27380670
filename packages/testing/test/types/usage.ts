// Uses everything that the package exports, as users do. Nothing here runs. It must compile with the oldest supported
// TypeScript, also without Node's types.
import {
  type GiveUpDetails,
  type RecoverDetails,
  type RetryDetails,
  type RetryOptions,
  retry,
  retryContext,
} from '@stamina/core';
import { retryContextSync, retrySync } from '@stamina/core/sync';
import {
  assertGivenUp,
  assertRetried,
  type Distribution,
  type Flaky,
  type FlakyOptions,
  type FlakyRequest,
  type FlakyScript,
  type FlakyServer,
  type FlakyServerOptions,
  type FlakyStep,
  type FlakyTls,
  flaky,
  flakyServer,
  type RetryRecorder,
  recordRetries,
  type SimulatedEnd,
  type SimulatedWaits,
  type SimulateOptions,
  type Simulation,
  simulate,
  type TestingOptions,
  withoutRetries,
  withTesting,
} from '@stamina/testing';

/** `true` if both types are the same, and `false` otherwise. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const expectType = <T extends true>(): T | undefined => undefined;

// Scripts

const starting = flakyServer({ status: 503 });
expectType<Same<typeof starting, Promise<FlakyServer>>>();

void flakyServer({});
void flakyServer([{ status: 503 }, { reset: true }, { body: 'done' }]);
void flakyServer([{ status: 503 }, { reset: true }] as const);
void flakyServer((request) => ({ status: request.num > 2 ? 200 : 503 }));
void flakyServer(({ num }) => (num === 1 ? { reset: true } : { body: 'done' }));
void flakyServer(async ({ path }) => ({ body: path }));
void flakyServer(() => {
  throw new Error('no idea');
});

const listed: FlakyStep[] = [{ status: 503 }];
listed.push({ hang: true, delay: 5 });
void flakyServer(listed);
void flakyServer((request) => listed[request.num - 1] ?? {});
const script: FlakyScript = listed;
void flakyServer(script);

// Steps

export const steps: readonly FlakyStep[] = [
  { status: 404, headers: { 'retry-after': '3', 'set-cookie': ['a=1', 'b=2'] }, body: 'text', delay: 5, read: 0 },
  { body: new Uint8Array(3), drip: 5 },
  { status: 200, body: 'text', endless: true, drip: 5 },
  { status: 200, body: 'text', drip: 5, truncate: 2 },
  { truncate: 2, reset: true },
  { truncate: 2, close: true },
  { truncate: 2, hang: true },
  { raw: 'HTTP/1.1 200 OK', drip: 5, delay: 5, read: 0 },
  { raw: new Uint8Array(3), reset: true },
  { raw: 'text', close: true },
  { raw: 'text', hang: true, drip: 5 },
  { reset: true, delay: 5, read: 10 },
  { close: true, delay: 5, read: 10 },
  { hang: true, delay: 5, read: 10 },
  { resetStream: 'REFUSED_STREAM', delay: 5, read: 0 },
  { body: 'text', truncate: 2, resetStream: 4_711 },
  { goAway: 'ENHANCE_YOUR_CALM' },
  { goAway: 0, lastStreamId: 1, status: 200, body: 'text' },
  { status: undefined, headers: undefined, body: undefined, delay: undefined, read: undefined, drip: undefined },
  { truncate: undefined, endless: undefined, reset: undefined, close: undefined, hang: undefined },
];

// Options

const tls: FlakyTls = { key: '-----BEGIN PRIVATE KEY-----', cert: new Uint8Array(10) };
const options: FlakyServerOptions = { tls, keepAliveTimeout: 5_000 };
void flakyServer({}, options);
void flakyServer({}, {});
void flakyServer({}, { tls: undefined });
void flakyServer({}, { tls: true, http2: false });
void flakyServer({}, { http2: true });
void flakyServer({}, { tls, http2: { maxConcurrentStreams: 1 } });

// The server

export async function useServer(server: FlakyServer): Promise<void> {
  expectType<Same<typeof server.url, string>>();
  expectType<Same<typeof server.certificate, string | undefined>>();
  expectType<Same<typeof server.connections.total, number>>();
  expectType<Same<typeof server.connections.open, number>>();
  expectType<Same<typeof server.requests, FlakyRequest[]>>();
  server.requests.length = 0;
  expectType<Same<ReturnType<typeof server.closeIdleConnections>, void>>();
  server.closeIdleConnections();
  const { close } = server;
  await close();

  const request = server.requests[0] as FlakyRequest;
  expectType<Same<typeof request.num, number>>();
  expectType<Same<typeof request.connection, number>>();
  expectType<Same<typeof request.stream, number | undefined>>();
  expectType<Same<typeof request.reused, boolean>>();
  expectType<Same<typeof request.method, string>>();
  expectType<Same<typeof request.path, string>>();
  expectType<Same<typeof request.headers, Readonly<Record<string, string>>>>();
  expectType<Same<typeof request.body, string>>();
  expectType<Same<typeof request.bytes, Uint8Array>>();
  expectType<Same<typeof request.complete, boolean>>();
  expectType<Same<typeof request.at, number>>();
}

// Simulations

const policy: RetryOptions = { on: Error };
const supposed: SimulateOptions = {
  failures: 3,
  calls: 10,
  seed: 5,
  error: (num: number) => num,
  attemptTime: 5,
  callsPerSecond: 1,
};
const simulation: Simulation = simulate(policy, supposed);
simulate(policy, { failures: undefined, calls: undefined, seed: undefined, error: Error, attemptTime: undefined });
for (const made of [retry(policy), retryContext(policy), retrySync(policy), retryContextSync(policy)]) simulate(made);
expectType<Same<typeof simulation.worstCase, number>>();
expectType<Same<typeof simulation.addedLoad, number>>();
expectType<Same<typeof simulation.addedLoadWithoutBudget, number>>();
expectType<Same<typeof simulation.totalTime, Distribution>>();
expectType<Same<typeof simulation.attempts, Distribution>>();
expectType<Same<typeof simulation.waits, readonly SimulatedWaits[]>>();
expectType<Same<keyof typeof simulation.ends, SimulatedEnd>>();
expectType<Same<SimulatedEnd, 'success' | 'unmatched' | 'attempts' | 'deadline' | 'timeout' | 'budget' | 'endless'>>();
expectType<Same<Distribution[keyof Distribution], number>>();

// Scopes

const testing: TestingOptions = { attempts: 3, cap: true };
const seven = withTesting(testing, () => 7);
expectType<Same<typeof seven, number>>();
const eight = withTesting({ attempts: undefined, cap: undefined }, async () => 8);
expectType<Same<typeof eight, Promise<number>>>();
void withTesting({}, () => {});
void withTesting({ attempts: Infinity }, () => {});
void withTesting(false, async () => {});
const nine = withoutRetries(async () => 9);
expectType<Same<typeof nine, Promise<number>>>();

// Recorders

const recorder: RetryRecorder = recordRetries();
expectType<Same<typeof recorder.retries, readonly RetryDetails[]>>();
expectType<Same<typeof recorder.giveUps, readonly GiveUpDetails[]>>();
expectType<Same<typeof recorder.recoveries, readonly RecoverDetails[]>>();
assertRetried(recorder);
assertRetried(recorder, 2);
assertGivenUp(recorder);
assertGivenUp(recorder, 'timeout');
recorder.dispose();

// Flaky functions

const load = flaky(async (id: number, locale: string) => ({ id, locale }));
expectType<Same<ReturnType<typeof load>, Promise<{ id: number; locale: string }>>>();
expectType<Same<typeof load.calls, readonly [id: number, locale: string][]>>();
void load(1, 'en');
const identity: Flaky<<T>(value: T) => T> = flaky(<T>(value: T) => value, { failures: 0 });
const text: string = identity('text');
const flakyOptions: FlakyOptions = { errors: [new Error('one'), TypeError, (num: number) => num], error: undefined };
void flaky(() => text, flakyOptions);
void flaky(() => text, { failures: Infinity, error: TypeError });
void flaky(() => text, { errors: ['a', 'b'] as const });
void flaky(() => text, { error: (num: number) => new Error(`${num}`) });

// The rest must not compile. Each error is expected on a line of its own.

// @ts-expect-error A script is required.
void flakyServer();
// @ts-expect-error A status is not a step.
void flakyServer(503);
// @ts-expect-error An array contains steps.
void flakyServer([503]);
// @ts-expect-error An array contains no functions.
void flakyServer([() => ({})]);
// @ts-expect-error A function must return a step.
void flakyServer(() => 503);
// @ts-expect-error A function must always return a step.
void flakyServer(() => {});
// @ts-expect-error A function gets only the request.
void flakyServer((_request: FlakyRequest, num: number) => ({ status: num }));

export const wrong: FlakyStep[] = [
  // @ts-expect-error The key is misspelt.
  { statut: 503 },
  // @ts-expect-error A status is a number.
  { status: '503' },
  // @ts-expect-error Headers are strings.
  { headers: { age: 5 } },
  // @ts-expect-error A body is text or bytes.
  { body: { id: 1 } },
  // @ts-expect-error A delay is a number of milliseconds.
  { delay: '1s' },
  // @ts-expect-error `reset` is true or left out.
  { reset: false },
  // @ts-expect-error `hang` takes no time. `delay` does.
  { hang: 1000 },
  // @ts-expect-error A connection can end in one way only.
  { reset: true, close: true },
  // @ts-expect-error A truncated answer can end in one way only.
  { truncate: 5, reset: true, hang: true },
  // @ts-expect-error A reset has no answer.
  { reset: true, status: 503 },
  // @ts-expect-error A close has no answer.
  { close: true, body: 'text' },
  // @ts-expect-error A hang has no answer.
  { hang: true, drip: 5 },
  // @ts-expect-error Raw bytes replace the whole answer.
  { raw: 'nonsense', status: 503 },
  // @ts-expect-error Raw bytes cannot be truncated.
  { raw: 'nonsense', truncate: 5 },
  // @ts-expect-error Raw bytes are text or bytes.
  { raw: true },
  // @ts-expect-error An endless body cannot be truncated.
  { endless: true, truncate: 5 },
  // @ts-expect-error An endless body has no end.
  { endless: true, reset: true },
  // @ts-expect-error HTTP/2 has no such error code.
  { resetStream: 'REFUSED' },
  // @ts-expect-error A stream that is reset has no answer.
  { resetStream: 'CANCEL', status: 503 },
  // @ts-expect-error Only a GOAWAY has a last stream.
  { lastStreamId: 1 },
  // @ts-expect-error Only a whole answer can follow a GOAWAY.
  { goAway: 'NO_ERROR', truncate: 5 },
];

// @ts-expect-error The system chooses the port.
void flakyServer({}, { port: 8080 });
// @ts-expect-error A timeout is a number of milliseconds.
void flakyServer({}, { keepAliveTimeout: '5s' });
// @ts-expect-error A server without TLS has no such option.
void flakyServer({}, { tls: false });
// @ts-expect-error HTTP/2 has other settings.
void flakyServer({}, { http2: { streams: 1 } });
// @ts-expect-error A key needs its certificate.
void flakyServer({}, { tls: { key: '' } });

export function misuse(server: FlakyServer, request: FlakyRequest): void {
  // @ts-expect-error The address is read-only.
  server.url = 'http://127.0.0.1';
  // @ts-expect-error The list can be emptied, but not replaced.
  server.requests = [];
  // @ts-expect-error The count is read-only.
  server.connections.total = 0;
  // @ts-expect-error A record is read-only.
  request.body = '';
  // @ts-expect-error The headers of a record are read-only.
  request.headers.host = '';
  // @ts-expect-error A record is read-only.
  request.reused = false;
  // @ts-expect-error The script cannot be changed later.
  server.script = {};
}

// @ts-expect-error A policy is required.
simulate();
// @ts-expect-error `on` is required.
simulate({ attempts: 3 });
// @ts-expect-error The option is misspelt.
simulate({ on: Error, attempt: 3 });
// @ts-expect-error A wrapped function does not show its policy.
simulate(retry({ on: Error })(async () => 5));
// @ts-expect-error `calls` is a number.
simulate({ on: Error }, { calls: '5' });
// @ts-expect-error The option is misspelt.
simulate({ on: Error }, { failure: 5 });

export function misread(simulation: Simulation): void {
  // @ts-expect-error The worst case is a number.
  simulation.worstCase.max;
  // @ts-expect-error Results are read-only.
  simulation.addedLoad = 0;
  // @ts-expect-error There is no such end.
  simulation.ends.aborted;
}

// @ts-expect-error A callback is required.
withTesting({ attempts: 3 });
// @ts-expect-error Options come first.
withTesting(() => 5);
// @ts-expect-error `true` is not allowed, only options or `false`.
withTesting(true, () => 5);
// @ts-expect-error The option is misspelt.
withTesting({ attempt: 3 }, () => 5);
// @ts-expect-error `attempts` is a number.
withTesting({ attempts: '3' }, () => 5);
// @ts-expect-error There are no options.
withoutRetries({}, () => 5);

// @ts-expect-error A function is required.
flaky({ failures: 2 });
// @ts-expect-error `failures` is a number.
flaky(() => 5, { failures: '2' });
// @ts-expect-error The option is misspelt.
flaky(() => 5, { failure: 2 });
// @ts-expect-error A flaky function has the parameters of its function.
flaky((id: number) => id)('one');

// @ts-expect-error The lists of a recorder are read-only.
recorder.retries.length = 0;
// @ts-expect-error `times` is a number.
assertRetried(recorder, '2');
// @ts-expect-error There is no such reason.
assertGivenUp(recorder, 'bored');
// @ts-expect-error A recorder is required.
assertRetried([], 2);
