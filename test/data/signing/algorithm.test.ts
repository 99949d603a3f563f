import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';

import { expect } from 'chai';
import fc from 'fast-check';

import { InvalidInputError } from '../../../data/errors.js';
import {
  SIGNING_ALGORITHMS,
  algorithmOfPem,
  chosenAlgorithm,
  isSignature,
  signBytes,
} from '../../../data/signing/algorithm.js';
import { isLowDer, toLowDer } from '../../../data/signing/ecdsa-signature.js';
import { publicKeyPem } from '../../../data/signing/signing.js';

const KEYS = {
  ed25519: generateKeyPairSync('ed25519').privateKey,
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
} as const;
const MESSAGE = Buffer.from('a statement');

describe('the algorithms of signatures', () => {
  it('are those of the keys, and take no signature of each other', () => {
    for (const name of SIGNING_ALGORITHMS)
      for (const other of SIGNING_ALGORITHMS) {
        const pem = publicKeyPem(KEYS[name]);
        expect(algorithmOfPem(pem)).to.equal(name);
        const signature = signBytes(MESSAGE, KEYS[other]);
        expect(isSignature(MESSAGE, pem, signature), `${other} for ${name}`).to.equal(name === other);
        expect(isSignature(Buffer.from('a statement.'), pem, signature)).to.equal(false);
      }
  });

  it('give P-256 signatures that OpenSSL reads as DER, with the lower s each time', () => {
    for (let i = 0; i < 200; i += 1) {
      const signature = signBytes(MESSAGE, KEYS.p256);
      expect(verify('sha256', MESSAGE, { key: KEYS.p256, dsaEncoding: 'der' }, signature)).to.equal(true);
      expect(isLowDer(signature)).to.equal(true);
    }
  });

  it('know one form of a P-256 signature', () => {
    const pem = publicKeyPem(KEYS.p256);
    // Half of OpenSSL's own signatures have the higher s.
    const taken = Array.from({ length: 60 }, () =>
      isSignature(MESSAGE, pem, sign('sha256', MESSAGE, KEYS.p256)),
    );
    expect(new Set(taken)).to.deep.equal(new Set([true, false]));
    const der = signBytes(MESSAGE, KEYS.p256);
    for (const other of [
      Buffer.concat([der, Buffer.alloc(1)]),
      der.subarray(0, -1),
      Buffer.concat([Buffer.from([0x30, 0x81]), der.subarray(1)]),
      sign('sha256', MESSAGE, { key: KEYS.p256, dsaEncoding: 'ieee-p1363' }),
      Buffer.from('3006020100020100', 'hex'),
      Buffer.alloc(0),
    ])
      expect(isSignature(MESSAGE, pem, other), other.toString('hex')).to.equal(false);
  });

  it('encode every pair as the shortest DER, and read nothing else as it', () => {
    const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(64), fc.nat(71), fc.integer({ min: 1, max: 255 }), (pair, at, change) => {
        const der = toLowDer(pair);
        if (!isLowDer(der)) return;
        const changed = Buffer.from(der);
        changed[at % der.length] = (changed[at % der.length] ?? 0) ^ change;
        // Another number may be as short; its bytes are then its own form.
        if (isLowDer(changed)) expect(changed.length).to.equal(der.length);
        expect(isLowDer(Buffer.concat([der, Buffer.from([change])]))).to.equal(false);
      }),
    );
  });

  it('take public keys of these two kinds in one form alone', () => {
    const der = createPublicKey(KEYS.p256).export({ type: 'spki', format: 'der' });
    const short = Buffer.concat([
      Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
      Buffer.from([2 + ((der.at(-1) ?? 0) & 1)]),
      der.subarray(27, 59),
    ]);
    const lines = short.toString('base64').match(/.{1,64}/g) ?? [];
    const compressed = `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
    expect(createPublicKey(compressed).asymmetricKeyDetails?.namedCurve).to.equal('prime256v1');
    const others = [
      generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey,
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey,
      generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).publicKey,
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey,
      generateKeyPairSync('x25519').publicKey,
    ].map((key) => key.export({ type: 'spki', format: 'pem' }).toString());
    for (const pem of [compressed, ...others, '', `${publicKeyPem(KEYS.p256)}\n`])
      expect(algorithmOfPem(pem), pem).to.equal(undefined);
  });

  it('are chosen by name', () => {
    expect(chosenAlgorithm({})).to.equal(undefined);
    expect(chosenAlgorithm({ GURUKUL_SIGNING_ALGORITHM: '' })).to.equal(undefined);
    for (const name of SIGNING_ALGORITHMS)
      expect(chosenAlgorithm({ GURUKUL_SIGNING_ALGORITHM: name })).to.equal(name);
    expect(() => chosenAlgorithm({ GURUKUL_SIGNING_ALGORITHM: 'rsa' }))
      .to.throw(InvalidInputError)
      .with.property('problems')
      .deep.equal(['GURUKUL_SIGNING_ALGORITHM: there is no algorithm "rsa"; choose ed25519 or p256']);
  });
});
