import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const SEQUENCE = 0x30;
const SET = 0x31;
const OCTETS = 0x04;
const DAY = 86_400_000;

/**
 * Encodes a value in DER, the encoding of certificates: tag, length, content.
 * @param {number} tag
 * @param {...Uint8Array} content
 */
function der(tag, ...content) {
  const body = Buffer.concat(content);
  const { length } = body;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

/** @param {string} hex */
const oid = (hex) => der(0x06, Buffer.from(hex, 'hex'));

const ECDSA_SHA256 = der(SEQUENCE, oid('2a8648ce3d040302'));
const COMMON_NAME = oid('550403');
const ALTERNATIVE_NAME = oid('551d11');

/** @param {string} text */
const name = (text) => der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(0x0c, Buffer.from(text)))));

/**
 * Formats a time as `YYMMDDhhmmssZ`.
 * @param {number} time
 */
const utcTime = (time) =>
  der(
    0x17,
    Buffer.from(
      new Date(time)
        .toISOString()
        .replaceAll(/[-:T]|\.\d+/g, '')
        .slice(2),
    ),
  );

/**
 * Creates a self-signed certificate for 127.0.0.1, valid for a day around now, since browsers support HTTP/2 only over TLS.
 * @returns {{ key: string, cert: string, fingerprint: string }} the PEMs, and the base64 SHA-256 of the public key, with
 *   which Chromium can be configured to accept only this certificate
 */
export function createCertificate() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const now = Date.now();
  const address = der(SEQUENCE, der(0x87, Buffer.from([127, 0, 0, 1])));
  const body = der(
    SEQUENCE,
    der(0xa0, der(0x02, Buffer.from([2]))),
    // A leading zero bit makes the number positive.
    der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)])),
    ECDSA_SHA256,
    name('bench'),
    der(SEQUENCE, utcTime(now - DAY), utcTime(now + DAY)),
    name('bench'),
    spki,
    der(0xa3, der(SEQUENCE, der(SEQUENCE, ALTERNATIVE_NAME, der(OCTETS, address)))),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey));
  const lines =
    der(SEQUENCE, body, ECDSA_SHA256, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    fingerprint: createHash('sha256').update(spki).digest('base64'),
  };
}
