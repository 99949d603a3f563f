import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { BUNDLE, bundleJson } from '../../../activities/audit/bundle-layout.js';
import { verifyBundle } from '../../../activities/audit/verify.js';
import { InvalidInputError } from '../../../data/errors.js';
import { homeSigner, namedSigner } from '../../../data/signing/known-signer.js';
import { isPublicKeyPem, keyId, publicKeyPem, signingKey } from '../../../data/signing/signing.js';
import { isWeakPoint } from '../../../data/signing/weak-points.js';
import type { Home } from '../../../data/store/home.js';
import { withBundleCopy } from './finished-run.js';
import { forge } from './forge.js';
import { SMALL_ORDER, WEAK_POINTS, pemOf } from './weak-keys.js';

describe('the signer of a bundle', () => {
  let home: Home;
  let whole: string;
  let copy: string;

  withBundleCopy(40, (given) => {
    ({ home, whole, copy } = given);
  });

  it('is the home, a named key, or unknown', async () => {
    const own = homeSigner(home.signingKey());
    if (own === undefined) throw new Error('the home has no key');
    const id = own.keyId;
    expect(await verifyBundle(copy, own)).to.deep.include({
      result: 'ok',
      signer: { keyId: id, known: 'home' },
    });
    const named = { keyId: id, known: 'key' };
    expect(await verifyBundle(copy, namedSigner(id))).to.deep.include({ result: 'ok', signer: named });
    const file = path.join(whole, BUNDLE.publicKey);
    expect(await verifyBundle(copy, namedSigner(file))).to.deep.include({ result: 'ok', signer: named });
    const unknown = { keyId: id, known: 'unknown' };
    expect(await verifyBundle(copy)).to.deep.include({ ok: true, result: 'ok', signer: unknown });
  });

  it('is refused when another key is known, before anything else is compared', async () => {
    const own = homeSigner(home.signingKey());
    if (own === undefined) throw new Error('the home has no key');
    const mallory = path.join(home.root, 'mallory.pem');
    await forge(copy, mallory, { [BUNDLE.summary]: Buffer.from('promote') });
    const id = keyId(publicKeyPem(await signingKey(mallory)));
    const report = await verifyBundle(copy, own);
    expect(report).to.deep.include({
      ok: false,
      result: 'failed',
      file: BUNDLE.publicKey,
      difference: `provenance/public-key.pem: expected this home's key ${own.keyId}, found key ${id}`,
      signer: { keyId: id, known: 'unknown' },
    });
    const other = { ...own, from: 'key' } as const;
    expect(await verifyBundle(copy, other)).to.include({ result: 'failed', file: BUNDLE.publicKey });
  });

  it('is not created by looking for the key of a home', () => {
    expect(homeSigner(path.join(home.root, 'no', 'key.pem'))).to.equal(undefined);
    expect(homeSigner(path.join(home.root, 'no', 'key.pem'))).to.equal(undefined);
  });

  it('cannot be named by a missing file, a folder, a private key or any other text', async () => {
    const text = path.join(home.root, 'text.pem');
    await writeFile(text, 'key');
    for (const given of [path.join(home.root, 'none'), home.root, home.signingKey(), text])
      expect(() => namedSigner(given), given).to.throw(InvalidInputError, '--key');
  });

  for (const point of WEAK_POINTS)
    it(`cannot have the public key ${point}`, async () => {
      expect(isWeakPoint(Buffer.from(point, 'hex'))).to.equal(true);
      const pem = pemOf(point);
      expect(isPublicKeyPem(pem)).to.equal(false);
      await writeFile(path.join(copy, BUNDLE.publicKey), pem);
      expect(await verifyBundle(copy)).to.include({ result: 'failed', file: BUNDLE.publicKey, signer: null });
    });

  it('cannot be the point of order one, whose signatures hold for every statement', async () => {
    const [point = ''] = SMALL_ORDER;
    const pem = pemOf(point);
    // R is the same point and S is zero: S B = R + k A for every k.
    const sig = Buffer.from(point + '00'.repeat(32), 'hex').toString('base64');
    const payload = Buffer.from('{"any": "statement"}');
    const envelope = { payloadType: 'application/vnd.in-toto+json', payload: payload.toString('base64') };
    await writeFile(path.join(copy, BUNDLE.statement), payload);
    await writeFile(
      path.join(copy, BUNDLE.signature),
      bundleJson({ ...envelope, signatures: [{ keyid: keyId(pem), sig }] }),
    );
    await writeFile(path.join(copy, BUNDLE.publicKey), pem);
    expect(await verifyBundle(copy)).to.include({ result: 'failed', file: BUNDLE.publicKey, signer: null });
  });

  it('can have any key that the program makes', () => {
    for (let i = 0; i < 50; i += 1)
      expect(isPublicKeyPem(publicKeyPem(generateKeyPairSync('ed25519').privateKey))).to.equal(true);
  });
});
