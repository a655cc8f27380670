import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate and its private key, both in PEM form. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * Makes a self-signed certificate for `localhost` and 127.0.0.1. It has a new key each time, and never expires.
 *
 * Node can sign but not write certificates, so this function writes one itself, in DER (RFC 5280, section 4.1). It does
 * not call itself an authority, because Deno refuses an authority as the certificate of a server.
 */
export function makeCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(SET, sequence(COMMON_NAME, der(UTF8, 'localhost'))));
  const names = sequence(der(DNS_NAME, 'localhost'), der(IP_ADDRESS, Uint8Array.of(127, 0, 0, 1)));
  const content = sequence(
    der(VERSION, der(INTEGER, Uint8Array.of(2))),
    // The first byte keeps the number positive.
    der(INTEGER, Uint8Array.of(1), randomBytes(8)),
    sequence(ECDSA_SHA256),
    name,
    // RFC 5280 gives the second date to certificates that never expire (section 4.1.2.5).
    sequence(der(UTC_TIME, '000101000000Z'), der(TIME, '99991231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS, sequence(sequence(ALTERNATIVE_NAMES, der(BYTES, names)))),
  );
  const signature = der(BITS, Uint8Array.of(0), sign('sha256', content, privateKey));
  const base64 = sequence(content, sequence(ECDSA_SHA256), signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`,
  };
}

// The tags of DER.
const [INTEGER, BITS, BYTES, UTF8, UTC_TIME, TIME, SEQUENCE, SET] = [2, 3, 4, 12, 23, 24, 48, 49] as const;
// The tags of the fields of a certificate.
const [VERSION, EXTENSIONS, DNS_NAME, IP_ADDRESS] = [0xa0, 0xa3, 0x82, 0x87] as const;
// Object identifiers.
const COMMON_NAME = Uint8Array.of(6, 3, 0x55, 4, 3);
const ALTERNATIVE_NAMES = Uint8Array.of(6, 3, 0x55, 0x1d, 0x11);
const ECDSA_SHA256 = Uint8Array.of(6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2);

function der(tag: number, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const { length } = content;
  // DER demands the shortest form of a length.
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Uint8Array.of(tag, ...size), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(SEQUENCE, ...parts);
}
