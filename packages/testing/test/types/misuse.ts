// What must not compile, each on its narrowest line.
import { retry } from '@stamina/core';
import {
  assertGivenUp,
  assertRetried,
  type FlakyRequest,
  type FlakyServer,
  type FlakyStep,
  flaky,
  flakyServer,
  recordRetries,
  type Simulation,
  simulate,
  withoutRetries,
  withTesting,
} from '@stamina/testing';

// @ts-expect-error A script is needed.
void flakyServer();
// @ts-expect-error A status is no step.
void flakyServer(503);
// @ts-expect-error A list holds steps.
void flakyServer([503]);
// @ts-expect-error A list holds no functions.
void flakyServer([() => ({})]);
// @ts-expect-error A function returns a step.
void flakyServer(() => 503);
// @ts-expect-error A function returns a step always.
void flakyServer(() => {});
// @ts-expect-error A function takes the request alone.
void flakyServer((_request: FlakyRequest, num: number) => ({ status: num }));

export const wrong: FlakyStep[] = [
  // @ts-expect-error A misspelt key.
  { statut: 503 },
  // @ts-expect-error A status is a number.
  { status: '503' },
  // @ts-expect-error Headers are strings.
  { headers: { age: 5 } },
  // @ts-expect-error A body is text or bytes.
  { body: { id: 1 } },
  // @ts-expect-error A delay is milliseconds.
  { delay: '1s' },
  // @ts-expect-error A reset is true, or left out.
  { reset: false },
  // @ts-expect-error A hang has no length: that is a delay.
  { hang: 1000 },
  // @ts-expect-error A connection ends one way.
  { reset: true, close: true },
  // @ts-expect-error Nor do two ends go together after a truncated answer.
  { truncate: 5, reset: true, hang: true },
  // @ts-expect-error A reset answers nothing.
  { reset: true, status: 503 },
  // @ts-expect-error A close answers nothing.
  { close: true, body: 'text' },
  // @ts-expect-error A hang answers nothing.
  { hang: true, drip: 5 },
  // @ts-expect-error Raw bytes are all that is sent.
  { raw: 'nonsense', status: 503 },
  // @ts-expect-error Raw bytes are not cut: give fewer.
  { raw: 'nonsense', truncate: 5 },
  // @ts-expect-error Raw bytes are text or bytes.
  { raw: true },
  // @ts-expect-error An endless body is not cut.
  { endless: true, truncate: 5 },
  // @ts-expect-error An endless body has no end.
  { endless: true, reset: true },
];

// @ts-expect-error A port is the system's choice.
void flakyServer({}, { port: 8080 });
// @ts-expect-error A time-out is milliseconds.
void flakyServer({}, { keepAliveTimeout: '5s' });
// @ts-expect-error A certificate is needed.
void flakyServer({}, { tls: true });
// @ts-expect-error A key has its certificate.
void flakyServer({}, { tls: { key: '' } });

export function misuse(server: FlakyServer, request: FlakyRequest): void {
  // @ts-expect-error The address is the server's.
  server.url = 'http://127.0.0.1';
  // @ts-expect-error The list is emptied, not replaced.
  server.requests = [];
  // @ts-expect-error The count is the server's.
  server.connections.total = 0;
  // @ts-expect-error A record is not changed.
  request.body = '';
  // @ts-expect-error Nor are its headers.
  request.headers.host = '';
  // @ts-expect-error How a connection is used is the client's.
  request.reused = false;
  // @ts-expect-error A script is given at the start.
  server.script = {};
}

// @ts-expect-error A policy is needed.
simulate();
// @ts-expect-error What to retry is needed.
simulate({ attempts: 3 });
// @ts-expect-error A misspelt option.
simulate({ on: Error, attempt: 3 });
// @ts-expect-error A wrapped function does not show its policy.
simulate(retry({ on: Error })(async () => 5));
// @ts-expect-error Calls are counted.
simulate({ on: Error }, { calls: '5' });
// @ts-expect-error A misspelt supposition.
simulate({ on: Error }, { failure: 5 });

export function misread(simulation: Simulation): void {
  // @ts-expect-error The worst case is a number of ms.
  simulation.worstCase.max;
  // @ts-expect-error Results are not changed.
  simulation.addedLoad = 0;
  // @ts-expect-error There is no such end.
  simulation.ends.aborted;
}

// @ts-expect-error A callback is needed.
withTesting({ attempts: 3 });
// @ts-expect-error Options come first.
withTesting(() => 5);
// @ts-expect-error Options, or false.
withTesting(true, () => 5);
// @ts-expect-error A misspelt option.
withTesting({ attempt: 3 }, () => 5);
// @ts-expect-error Attempts are counted.
withTesting({ attempts: '3' }, () => 5);
// @ts-expect-error There are no options.
withoutRetries({}, () => 5);

// @ts-expect-error A function is needed.
flaky({ failures: 2 });
// @ts-expect-error A number of failures, or what they throw.
flaky(() => 5, { failures: '2' });
// @ts-expect-error A misspelt option.
flaky(() => 5, { errors: [] });
// @ts-expect-error It has the parameters of the function.
flaky((id: number) => id)('one');

const recorder = recordRetries();
// @ts-expect-error What was recorded is not changed.
recorder.retries.length = 0;
// @ts-expect-error Retries are counted.
assertRetried(recorder, '2');
// @ts-expect-error No such reason.
assertGivenUp(recorder, 'bored');
// @ts-expect-error A recorder is needed.
assertRetried([], 2);
