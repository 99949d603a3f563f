import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { BUNDLE, UNCOVERED, bundleJson } from '../../activities/audit/bundle-layout.js';
import { folderName } from '../../activities/audit/sign-bundle.js';
import { toLowDer } from '../../data/signing/ecdsa-signature.js';
import type { SignedFile } from '../../data/signing/model-signature.js';
import { modelPayload, modelSignature, signModel } from '../../data/signing/model-signature.js';
import { keyId, publicKeyPem } from '../../data/signing/signing.js';
import { envelopeSchema, manifestSchema, statementSchema } from '../../data/schemas/bundle.js';
import { modelSignatureSchema, modelStatementSchema } from '../../data/schemas/model-signature.js';
import type { Random } from '../../data/random.js';
import { sha256 } from '../../data/store/digests.js';
import { forge, fromAnotherProgram, signAgain } from '../activities/audit/forge.js';
import { filesOf } from './bundle-damage.js';
import { editLeaf } from './json-edits.js';
import { approved, verified } from './judge.js';
import type { AttackKind } from './kind.js';
import { oneOf, placeIn, randomBytesOf } from './kind.js';
import type { Rig } from './rig.js';
import { OTHER_RUN, RUN, sealedCopy } from './rig.js';

type Attack = (bundle: string, rig: Rig, random: Random) => Promise<void>;

/** The order of the group of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const ATTACKS: Readonly<Record<string, Attack>> = {
  // By a key of the attacker's, with and without it in the bundle.
  'model/forged': async (bundle, _, random) => {
    const key = newKey('P-256');
    const signature = signModel(folderName(RUN), await filesToSign(bundle), key);
    await writeFile(path.join(bundle, BUNDLE.modelSignature), bundleJson(signature));
    if (random.uniform() < 0.5) await writeFile(path.join(bundle, BUNDLE.modelKey), publicKeyPem(key));
  },
  // The same home signed it.
  'model/other-bundle': async (bundle, { sealed }) =>
    cp(path.join(sealed.bundle(OTHER_RUN), BUNDLE.modelSignature), path.join(bundle, BUNDLE.modelSignature)),
  'model/other-key-type': async (bundle, { foreignKey, foreignKeyFile }, random) => {
    const key = oneOf(random, [foreignKey, newKey('P-384'), newKey('secp256k1'), newRsaKey()]);
    const own = random.uniform() < 0.5;
    await writeFile(path.join(bundle, BUNDLE.modelKey), publicKeyPem(key));
    if (own) {
      const statement = await readFile(path.join(bundle, BUNDLE.statement));
      await signAgain(bundle, foreignKeyFile, statement);
      await writeFile(path.join(bundle, BUNDLE.modelKey), publicKeyPem(key));
    }
    const payload = modelPayload(folderName(RUN), await filesToSign(bundle));
    const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    const sig = sign(hash, preAuthentication(Buffer.from(payload, 'base64')), key).toString('base64');
    const content = bundleJson(modelSignature(payload, sig, publicKeyPem(key)));
    await writeFile(path.join(bundle, BUNDLE.modelSignature), content);
  },
  'model/bytes': async (bundle, _, random) => {
    const file = path.join(bundle, BUNDLE.modelSignature);
    const text = await readFile(file, 'utf8');
    const read = modelSignatureSchema.parse(JSON.parse(text));
    const { payload, signatures } = read.dsseEnvelope;
    const der = Buffer.from(signatures[0]?.sig ?? '', 'base64');
    const withSignature = (sig: Uint8Array): unknown => ({
      ...read,
      dsseEnvelope: {
        ...read.dsseEnvelope,
        signatures: [{ keyid: '', sig: Buffer.from(sig).toString('base64') }],
      },
    });
    const flipped = Buffer.from(payload, 'base64');
    const at = placeIn(random, flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random.integer(0, 7));
    const changed = oneOf<unknown>(random, [
      ...otherForms(der).map(withSignature),
      withSignature(randomBytesOf(random, der.length)),
      { ...read, dsseEnvelope: { ...read.dsseEnvelope, payload: flipped.toString('base64') } },
      { ...read, dsseEnvelope: { ...read.dsseEnvelope, alg: 'none' } },
      { ...read, dsseEnvelope: { ...read.dsseEnvelope, signatures: [...signatures, ...signatures] } },
      { ...read, dsseEnvelope: { ...read.dsseEnvelope, signatures: [] } },
      { ...read, verificationMaterial: { publicKey: { hint: sha256('x') }, tlogEntries: [] } },
      editLeaf(read, random),
      JSON.stringify(read),
      `${text}\n`,
    ]);
    await writeFile(file, typeof changed === 'string' ? changed : bundleJson(changed));
  },
  // The list of an earlier version, with or without somebody's own signature of it.
  'model/stripped': async (bundle, { foreignKeyFile }, random) => {
    const statement = statementSchema.parse(
      JSON.parse(await readFile(path.join(bundle, BUNDLE.statement), 'utf8')),
    );
    if (random.uniform() < 0.5) {
      if (random.uniform() < 0.5) statement.predicate.runDetails.byproducts.splice(1);
      await signAgain(bundle, foreignKeyFile, bundleJson(statement));
    }
    const file = path.join(bundle, BUNDLE.manifest);
    const manifest = manifestSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const uncovered = oneOf(random, [UNCOVERED.slice(2), UNCOVERED.slice(1), []]);
    await writeFile(file, bundleJson({ ...manifest, uncovered }));
    for (const name of UNCOVERED.slice(0, 2)) await rm(path.join(bundle, name));
  },
  // Every other file is as it must be, and the model signature holds: it signs something else.
  'model/signs-else': async (bundle, _, random) => {
    const keyFile = path.join(path.dirname(bundle), 'foreign-p256.pem');
    await writeFile(keyFile, newKey('P-256').export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await forge(bundle, keyFile, {});
    const key = createPrivateKey(await readFile(keyFile));
    const files = await filesToSign(bundle);
    const at = placeIn(random, files.length);
    const whole = statementIn(modelPayload(folderName(RUN), files));
    const { predicate } = whole;
    const payload = oneOf<unknown>(random, [
      statementIn(modelPayload(folderName(OTHER_RUN), files)),
      statementIn(modelPayload(folderName(RUN), files.toSpliced(at, 1))),
      statementIn(modelPayload(folderName(RUN), [...files, { path: 'x.bin', sha256: sha256('x') }])),
      statementIn(
        modelPayload(
          folderName(RUN),
          files.map((one, i) => (i === at ? { ...one, sha256: sha256('x') } : one)),
        ),
      ),
      { ...whole, subject: [{ name: folderName(RUN), digest: { sha256: sha256('x') } }] },
      { ...whole, predicate: { ...predicate, resources: predicate.resources.toReversed() } },
      { ...whole, predicate: { ...predicate, resources: [...predicate.resources, ...predicate.resources] } },
      {
        ...whole,
        predicate: {
          ...predicate,
          serialization: { ...predicate.serialization, ignore_paths: ['model.sig', 'run.json'] },
        },
      },
      { ...whole, predicate: { ...predicate, approved: true } },
      editLeaf(whole, random),
    ]);
    const bytes = Buffer.from(JSON.stringify(payload));
    const sig = sign('sha256', preAuthentication(bytes), { key, dsaEncoding: 'ieee-p1363' });
    const content = modelSignature(
      bytes.toString('base64'),
      toLowDer(sig).toString('base64'),
      publicKeyPem(key),
    );
    await writeFile(path.join(bundle, BUNDLE.modelSignature), bundleJson(content));
  },
  // A signature of one algorithm beside the key of another, or in another form.
  'key/algorithm': async (bundle, { foreignKey }, random) => {
    const statement = await readFile(path.join(bundle, BUNDLE.statement));
    const message = preAuthentication(statement);
    const elliptic = newKey('P-256');
    const pair = sign('sha256', message, { key: elliptic, dsaEncoding: 'ieee-p1363' });
    const edwards = sign(null, message, foreignKey);
    const [pem, sig] = oneOf<readonly [string, Uint8Array]>(random, [
      [publicKeyPem(elliptic), edwards],
      [publicKeyPem(foreignKey), toLowDer(pair)],
      [publicKeyPem(foreignKey), pair],
      [
        publicKeyPem(elliptic),
        toLowDer(sign('sha384', message, { key: elliptic, dsaEncoding: 'ieee-p1363' })),
      ],
      [
        publicKeyPem(elliptic),
        toLowDer(sign('sha256', statement, { key: elliptic, dsaEncoding: 'ieee-p1363' })),
      ],
      ...otherForms(toLowDer(pair)).map((form): [string, Uint8Array] => [publicKeyPem(elliptic), form]),
      [compressedPem(elliptic), toLowDer(pair)],
      ...['P-384', 'secp256k1'].map((curve): [string, Uint8Array] => {
        const key = newKey(curve);
        return [publicKeyPem(key), sign('sha256', message, key)];
      }),
    ]);
    await writeFile(path.join(bundle, BUNDLE.publicKey), pem);
    const file = path.join(bundle, BUNDLE.signature);
    const envelope = envelopeSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const signatures = [{ keyid: keyId(pem), sig: Buffer.from(sig).toString('base64') }];
    const named = random.uniform() < 0.2 ? { alg: 'ed25519' } : {};
    await writeFile(file, bundleJson({ ...envelope, ...named, signatures }));
  },
  // A new bundle of a program that made none, with everything else untouched.
  'model/claims-earlier': async (bundle, { foreignKeyFile }, random) => {
    await forge(bundle, foreignKeyFile, {}, fromAnotherProgram);
    await rm(path.join(bundle, oneOf(random, UNCOVERED.slice(0, 2))));
  },
};

/** Attacks on the model signature, and on the choice between two algorithms. */
export const MODEL_SIGNATURES: readonly AttackKind[] = Object.entries(ATTACKS).map(([name, attack]) => ({
  name,
  caught: 'the verification fails although no key is known, and an approval is refused',
  async attempt(rig, random) {
    const home = await sealedCopy(rig);
    const bundle = home.bundle(RUN);
    await attack(bundle, rig, random);
    return (await verified(bundle)) ?? (await approved(home));
  },
}));

/** Other encodings of a signature, and others that verifiers have been known to take. */
function otherForms(der: Buffer): Buffer[] {
  const ofR = der[3] ?? 0;
  const r = der.subarray(4, 4 + ofR);
  const s = der.subarray(6 + ofR);
  const integer = (value: Buffer): Buffer => Buffer.concat([Buffer.from([2, value.length]), value]);
  const pair = (a: Buffer, b: Buffer): Buffer => {
    const both = Buffer.concat([integer(a), integer(b)]);
    return Buffer.concat([Buffer.from([0x30, both.length]), both]);
  };
  const number = BigInt(`0x${s.toString('hex')}`);
  const high = Buffer.from(`00${(ORDER - number).toString(16).padStart(64, '0')}`, 'hex');
  const fixed = (value: Buffer): Buffer => Buffer.concat([Buffer.alloc(32), value]).subarray(-32);
  const zero = Buffer.alloc(1);
  return [
    pair(r, high),
    pair(Buffer.concat([zero, r]), s),
    pair(r, Buffer.concat([zero, s])),
    Buffer.concat([Buffer.from([0x30, 0x81]), der.subarray(1)]),
    Buffer.concat([der, zero]),
    der.subarray(0, -1),
    Buffer.concat([fixed(r), fixed(s)]),
    pair(zero, zero),
    pair(r, zero),
    Buffer.alloc(0),
  ];
}

async function filesToSign(bundle: string): Promise<SignedFile[]> {
  const files = await filesOf(bundle);
  const all = await Promise.all(
    files.map(async (file) => ({
      path: path.relative(bundle, file).split(path.sep).join('/'),
      sha256: sha256(await readFile(file)),
    })),
  );
  return all.filter((file) => file.path !== BUNDLE.modelSignature);
}

function statementIn(payload: string): ReturnType<typeof modelStatementSchema.parse> {
  return modelStatementSchema.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')));
}

function newKey(namedCurve: string): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey;
}

function newRsaKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
}

/** The public key with the x coordinate of its point and one bit of y. */
function compressedPem(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const head = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');
  const parity = 2 + ((der.at(-1) ?? 0) & 1);
  const short = Buffer.concat([head, Buffer.from([parity]), der.subarray(27, 59)]);
  const lines = short.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
}

/** DSSE's pre-authentication encoding, written from its specification. */
function preAuthentication(payload: Uint8Array): Buffer {
  const type = 'application/vnd.in-toto+json';
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
}
