// This code must not compile. Each error is expected on a line of its own.
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

const recorder = recordRetries();
// @ts-expect-error The lists of a recorder are read-only.
recorder.retries.length = 0;
// @ts-expect-error `times` is a number.
assertRetried(recorder, '2');
// @ts-expect-error There is no such reason.
assertGivenUp(recorder, 'bored');
// @ts-expect-error A recorder is required.
assertRetried([], 2);
