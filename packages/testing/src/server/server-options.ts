import type { Settings } from 'node:http2';
import { createSecureContext, type SecureContext } from 'node:tls';
import { types } from 'node:util';
import {
  type Check,
  checkInteger,
  checkKeys,
  checkOptions,
  checkTimer,
  invalid,
  type OptionTable,
} from '@stamina/validation';
import { makeCertificate } from './certificate.ts';

/** A certificate for 127.0.0.1 and its private key. */
export interface FlakyTls {
  /** The private key in PEM form. */
  readonly key: string | Uint8Array;
  /** The certificate in PEM form. The certificates of its issuers may follow. */
  readonly cert: string | Uint8Array;
}

/** Settings of HTTP/2. */
export interface FlakyHttp2 {
  /**
   * The number of requests that the server accepts at the same time on one connection (SETTINGS). From 0 to 2³²−1.
   * Default: no limit.
   */
  readonly maxConcurrentStreams?: number | undefined;
}

/** Options of `flakyServer`. */
export interface FlakyServerOptions {
  /**
   * Makes the server speak HTTPS with this certificate. With `true`, the server makes a certificate, which is its
   * `certificate`. Default: plain HTTP.
   */
  readonly tls?: FlakyTls | true | undefined;
  /**
   * Makes the server speak HTTP/2 over TLS, and HTTP/1.1 to clients that do not offer HTTP/2: `true`, or settings. The
   * default of `tls` is then `true`. Default: HTTP/1.1 only.
   */
  readonly http2?: boolean | FlakyHttp2 | undefined;
  /**
   * Closes a connection that has been idle for this many milliseconds after an answer, as real servers do. At least 1
   * and at most 2³¹−1. Default: idle connections stay open. The server announces the time in the header
   * `Keep-Alive: timeout=…`. That header counts whole seconds, so times below one second are not announced.
   */
  readonly keepAliveTimeout?: number | undefined;
}

export interface ResolvedTls {
  readonly context: SecureContext;
  /** The certificate in PEM form. */
  readonly cert: string;
}

/** The checked options of a server. */
export interface ResolvedFlakyServerOptions {
  /** `undefined` for plain HTTP. */
  readonly tls: ResolvedTls | undefined;
  /** The settings of HTTP/2; `undefined` for HTTP/1.1 only. */
  readonly http2: Settings | undefined;
  /** Milliseconds; 0 for no limit. */
  readonly keepAliveTimeout: number;
}

const checkPem: Check<Buffer> = (name, value) => {
  if (typeof value === 'string' || types.isUint8Array(value)) return Buffer.from(value as string);
  throw invalid(name, 'a string or a Uint8Array in PEM form', value, 'use readFileSync(…)');
};

const checkTls: Check<ResolvedTls> = (name, given) => {
  const value = given === true ? makeCertificate() : given;
  checkKeys(name, value, ['key', 'cert'], 'use true, or { key, cert }, both in PEM form');
  const { key, cert } = value as { readonly key?: unknown; readonly cert?: unknown };
  const pair = { key: checkPem(`${name}.key`, key), cert: checkPem(`${name}.cert`, cert) };
  try {
    return { context: createSecureContext(pair), cert: pair.cert.toString() };
  } catch (cause) {
    // The message does not show the key, because messages may end up in a log.
    const { message } = cause as Error;
    throw new TypeError(
      `\`${name}\` must be a private key and its certificate, both in PEM form; OpenSSL reports: ${message}`,
      { cause },
    );
  }
};

const checkHttp2: Check<Settings | undefined> = (name, value) => {
  if (typeof value === 'boolean') return value ? {} : undefined;
  checkKeys(name, value, ['maxConcurrentStreams'], 'use true, or { maxConcurrentStreams: 10 }');
  const { maxConcurrentStreams: most } = value as FlakyHttp2;
  if (most === undefined) return {};
  return { maxConcurrentStreams: checkInteger(0, 2 ** 32 - 1)(`${name}.maxConcurrentStreams`, most) };
};

const OPTIONS: OptionTable<ResolvedFlakyServerOptions> = {
  tls: { check: checkTls },
  http2: { check: checkHttp2 },
  keepAliveTimeout: {
    default: 0,
    check: checkTimer(
      1,
      'leave it out to keep connections open, or send the header connection: close to close each after its answer',
    ),
  },
};

/** Checks the options of a server. */
export function resolveFlakyServerOptions(options: unknown): ResolvedFlakyServerOptions {
  const checked = checkOptions('options of flakyServer', options, OPTIONS, 'use { tls: true } for HTTPS');
  return checked.http2 && !checked.tls ? { ...checked, tls: checkTls('tls', true) } : checked;
}
