import { isTransient } from '@stamina/fetch';
import { flakyServer } from '@stamina/testing';
import { describe, expect, test } from 'vitest';
import { REFUSED_URL } from './support/quick-fetch.ts';

const coded = (code: unknown, message = ''): Error => Object.assign(new Error(message), { code });
const failed = (cause: unknown): TypeError => new TypeError('fetch failed', { cause });
const nested = (depth: number, error: Error): Error =>
  depth === 0 ? error : new Error('', { cause: nested(depth - 1, error) });

describe('isTransient', () => {
  test.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'ECONNABORTED',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'ENETUNREACH',
    'ENETDOWN',
    'ENETRESET',
    'EADDRNOTAVAIL',
    'UND_ERR_SOCKET',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
    'UND_ERR_PRX_CONN',
    'ConnectionRefused',
    'ConnectionClosed',
    'FailedToOpenSocket',
    'Timeout',
  ])('is true for %s, as the error and as its cause', (code) => {
    expect(isTransient(coded(code))).toBe(true);
    expect(isTransient(failed(coded(code)))).toBe(true);
  });

  test.each([
    'ERR_INVALID_URL',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'EPROTO',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'UND_ERR_DESTROYED',
    'UND_ERR_INVALID_ARG',
    'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
    'UND_ERR_RESPONSE_EXCEEDED_SIZE',
    'HPE_INVALID_CONSTANT',
    'ENOENT',
    'ERR_INVALID_ARG_TYPE',
    '',
  ])('is false for %s', (code) => {
    expect(isTransient(coded(code))).toBe(false);
    expect(isTransient(failed(coded(code)))).toBe(false);
  });

  test.each([
    ['Chromium', 'Failed to fetch'],
    ['Chromium, in the body', 'network error'],
    ['Safari', 'Load failed'],
    ['Firefox', 'NetworkError when attempting to fetch resource.'],
    ['workerd', 'Network connection lost.'],
    ['React Native', 'Network request failed'],
    ['React Native, after its timeout', 'Network request timed out'],
    ['Chromium beside Sentry', 'Failed to fetch (api.example.com)'],
    ['Safari beside Sentry', 'Load failed (localhost:3000)'],
    ['Firefox beside Sentry', 'NetworkError when attempting to fetch resource. ([::1]:3000)'],
    [
      'Deno: refused',
      'error sending request for url (http://a.test/): client error (Connect): tcp connect error: Connection refused (os error 111)',
    ],
    [
      'Deno: DNS',
      'error sending request for url (http://a.test/): client error (Connect): dns error: failed to lookup address information',
    ],
    [
      'Deno: reset',
      'error sending request for url (http://a.test/): client error (SendRequest): connection error: Connection reset by peer (os error 104)',
    ],
    [
      'Deno: closed',
      'error sending request for url (http://a.test/): client error (SendRequest): connection closed before message completed',
    ],
    [
      'Deno: refused, at a URL that holds such words',
      'error sending request for url (http://a.test/certificate): client error (Connect): tcp connect error: Connection refused (os error 111)',
    ],
    ['Deno: in the body', 'error reading a body from connection'],
    ['Deno: in a compressed body', 'unexpected end of file'],
    ['Deno: broken pipe', 'stream closed: Broken pipe (os error 32)'],
    ['Deno: unreachable', 'Network is unreachable (os error 101)'],
    ['Deno: HTTP/2 stream without an error', 'stream error received: not a result of an error'],
    ['Deno: HTTP/2 stream, internal error', 'stream error received: unexpected internal error encountered'],
    ['Deno: HTTP/2 stream, refused', 'stream error received: refused stream before processing any application logic'],
    ['Deno: HTTP/2 stream, cancelled', 'stream error received: stream no longer needed'],
    ['Deno: HTTP/2 stream, rate limit', 'stream error received: detected excessive load generating behavior'],
    ['Deno: HTTP/2 connection, rate limit', 'connection error received: detected excessive load generating behavior'],
    ['Deno: HTTP/2 connection that was closed', 'stream closed because of a broken pipe'],
  ])('is true for a lost connection in %s', (_, message) => {
    expect(isTransient(new TypeError(message))).toBe(true);
    expect(isTransient(new Error(message))).toBe(true);
  });

  test.each([
    ['Node', 'fetch failed'],
    ['Chromium', "Failed to execute 'fetch' on 'Window': Failed to parse URL from http://"],
    ['Chromium, almost', 'failed to fetch'],
    ['Chromium, with more', 'Failed to fetch (a dynamically imported module)'],
    ['Deno: certificate', 'client error (Connect): invalid peer certificate: UnknownIssuer'],
    ['Deno: TLS to a plain port', 'client error (Connect): received corrupt message of type InvalidContentType'],
    ['Deno: header too large', 'client error (SendRequest): message head is too large'],
    ['Deno: not HTTP', 'client error (SendRequest): invalid HTTP version parsed'],
    ['Deno: the body that was given', 'client error (SendRequest): error from user body stream'],
    ['Deno: HTTP/2 protocol', 'stream error received: unspecific protocol error detected'],
    ['Deno: HTTP/1.1 required', 'stream error received: endpoint requires HTTP/1.1'],
    ['Deno: unknown HTTP/2 error', 'stream error received: unknown reason'],
    ['Deno: URL', "Invalid URL: 'not a url'"],
    ['Deno: another system error', 'no such file (os error 2)'],
    ['Deno: a longer system error', 'unknown (os error 1041)'],
    ['workerd', 'internal error; reference = abc'],
  ])('is false in %s for %s', (_, message) => {
    expect(isTransient(new TypeError(message))).toBe(false);
  });

  const stream = (code: string): Error => coded('ERR_HTTP2_STREAM_ERROR', `Stream closed with error code ${code}`);
  const session = (code: number): Error => coded('ERR_HTTP2_SESSION_ERROR', `Session closed with error code ${code}`);
  const info = (message: string): Error => coded('UND_ERR_INFO', `HTTP/2: ${message}`);

  test.each([
    stream('NGHTTP2_NO_ERROR'),
    stream('NGHTTP2_INTERNAL_ERROR'),
    stream('NGHTTP2_REFUSED_STREAM'),
    stream('NGHTTP2_CANCEL'),
    stream('NGHTTP2_ENHANCE_YOUR_CALM'),
    session(0),
    session(2),
    session(11),
    info('stream closed before the response was complete'),
    info('stream half-closed (remote)'),
    info('"GOAWAY" frame received with code 0'),
    coded('ERR_HTTP2_STREAM_CANCEL', 'The pending stream has been canceled'),
    coded('ERR_HTTP2_INVALID_SESSION', 'The session has been destroyed'),
    coded('ERR_HTTP2_GOAWAY_SESSION', 'New streams cannot be created after receiving a GOAWAY'),
  ])('is true for the error of HTTP/2: %s', (error) => {
    expect(isTransient(failed(error))).toBe(true);
  });

  test.each([
    stream('NGHTTP2_PROTOCOL_ERROR'),
    stream('NGHTTP2_HTTP_1_1_REQUIRED'),
    session(1),
    session(13),
    info('"GOAWAY" frame received with code 1'),
    info('"stream error" received - code 12'),
    coded('ERR_HTTP2_INVALID_HEADER_VALUE', 'Invalid value "undefined" for header "a"'),
  ])('is false for the error of HTTP/2: %s', (error) => {
    expect(isTransient(failed(error))).toBe(false);
  });

  // The chain of errors of undici, where the second error is a DOMException named "Error".
  const noTunnel = (status: number): TypeError => {
    const message = `Proxy response (${status}) !== 200 when HTTP Tunneling`;
    const error = Object.assign(coded('UND_ERR_ABORTED', message), { name: 'AbortError' });
    return failed(Object.assign(new Error('Request was cancelled.', { cause: error }), { code: 0 }));
  };

  test.each([429, 502, 503, 504])('is true for a proxy that answers %i instead of opening a tunnel', (status) => {
    expect(isTransient(noTunnel(status))).toBe(true);
  });

  test.each([400, 403, 407])('is false for a proxy that answers %i instead of opening a tunnel', (status) => {
    expect(isTransient(noTunnel(status))).toBe(false);
  });

  test('is false for a connection that nock blocks', () => {
    expect(isTransient(Object.assign(coded('ENETUNREACH'), { name: 'NetConnectNotAllowedError' }))).toBe(false);
  });

  test('is true for the response of a network error', () => {
    expect(isTransient(failed(Response.error()))).toBe(true);
    expect(isTransient(failed(new Response()))).toBe(false);
  });

  test('is false for aborts and timeouts that the caller requested', () => {
    for (const name of ['AbortError', 'TimeoutError']) {
      expect(isTransient(new DOMException('', name))).toBe(false);
      expect(isTransient(Object.assign(coded('ECONNRESET'), { name }))).toBe(false);
      expect(isTransient(failed(new DOMException('', name)))).toBe(false);
    }
  });

  test('uses the first code in the chain of causes', () => {
    expect(isTransient(Object.assign(coded('ENOENT'), { cause: coded('ECONNRESET') }))).toBe(false);
    expect(isTransient(Object.assign(coded('ECONNRESET'), { cause: coded('ENOENT') }))).toBe(true);
  });

  test('is true for a code whatever the system call', () => {
    for (const syscall of ['connect', 'read', 'write']) {
      expect(isTransient(failed(Object.assign(coded('EHOSTUNREACH'), { syscall })))).toBe(true);
    }
  });

  test('ignores a code that is no string', () => {
    expect(isTransient(Object.assign(coded(20), { cause: coded('ECONNRESET') }))).toBe(true);
  });

  test('looks at five errors of a chain', () => {
    expect(isTransient(nested(4, coded('ECONNRESET')))).toBe(true);
    expect(isTransient(nested(5, coded('ECONNRESET')))).toBe(false);
    const ring = new Error('ring');
    ring.cause = ring;
    expect(isTransient(ring)).toBe(false);
  });

  test.each([undefined, null, 'ECONNRESET', 5, {}, Symbol('a'), [], () => {}])('is false for %o', (value) => {
    expect(isTransient(value)).toBe(false);
  });

  test('recognises the errors that bare fetch throws', async () => {
    const thrown = (url: string): Promise<unknown> =>
      fetch(url)
        .then((response) => response.text())
        .catch((error: unknown) => error);
    expect(isTransient(await thrown(REFUSED_URL))).toBe(true);
    expect(isTransient(await thrown('not a url'))).toBe(false);
    for (const step of [
      { reset: true },
      { close: true },
      { body: 'xx', truncate: 1 },
      { body: 'xx', truncate: 1, reset: true },
    ] as const) {
      await using server = await flakyServer(step);
      expect(isTransient(await thrown(server.url))).toBe(true);
    }
  });
});

test.runIf(process.env.CI !== 'offline')('isTransient is true for a name that does not resolve', async () => {
  const error = await fetch('http://nobody.invalid/').catch((error: unknown) => error);
  expect(isTransient(error)).toBe(true);
});
