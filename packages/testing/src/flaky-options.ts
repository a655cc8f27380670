import { createSecureContext, type SecureContext } from 'node:tls';
import { types } from 'node:util';
import { checkKeys, wrongType } from './invalid.ts';

/** A certificate for 127.0.0.1, and its key. */
export interface FlakyTls {
  /** The private key, in PEM form. */
  readonly key: string | Uint8Array;
  /** The certificate, in PEM form, followed by those it was issued by, if any. */
  readonly cert: string | Uint8Array;
}

/** How a flaky server listens. */
export interface FlakyServerOptions {
  /** Speak HTTPS with this certificate; default plain HTTP. */
  readonly tls?: FlakyTls | undefined;
}

/** Checks a server's options, and makes what TLS needs; `undefined` for plain HTTP. */
export function resolveOptions(options: unknown): SecureContext | undefined {
  checkKeys('options', options, ['tls'], 'use { tls: { key, cert } } for HTTPS');
  const { tls } = options as { readonly tls?: unknown };
  if (tls === undefined) return undefined;
  checkKeys('options.tls', tls, ['key', 'cert'], 'use { key, cert }, both in PEM form');
  const { key, cert } = tls as Readonly<Record<string, unknown>>;
  const pair = { key: readPem('key', key), cert: readPem('cert', cert) };
  try {
    return createSecureContext(pair);
  } catch (cause) {
    // Without the key itself, which belongs in no log.
    throw new TypeError(
      `\`options.tls\` must be a private key and its certificate, both in PEM form; OpenSSL says: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function readPem(name: string, pem: unknown): Buffer {
  if (typeof pem === 'string' || types.isUint8Array(pem)) return Buffer.from(pem as string);
  throw wrongType(`options.tls.${name}`, 'a string or a Uint8Array in PEM form', pem, 'use readFileSync(…)');
}
