import type { KeyObject } from 'node:crypto';
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';

import { InvalidInputError } from '../errors.js';
import { isLowDer, toLowDer } from './ecdsa-signature.js';
import { isWeakPoint } from './weak-points.js';

/** What a home can sign with: Ed25519 (RFC 8032), or ECDSA on P-256 with SHA-256 (FIPS 186-5). */
export const SIGNING_ALGORITHMS = ['ed25519', 'p256'] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** Names for a person. */
export const ALGORITHM_NAMES: Readonly<Record<SigningAlgorithm, string>> = {
  ed25519: 'Ed25519',
  p256: 'ECDSA P-256',
};

const VARIABLE = 'GURUKUL_SIGNING_ALGORITHM';

/**
 * The algorithm of keys that are made from now on, of `GURUKUL_SIGNING_ALGORITHM`; undefined when it is not set.
 *
 * @throws InvalidInputError when it names no algorithm.
 */
export function chosenAlgorithm(env: NodeJS.ProcessEnv = process.env): SigningAlgorithm | undefined {
  const given = env[VARIABLE];
  if (given === undefined || given === '') return undefined;
  const known = SIGNING_ALGORITHMS.find((name) => name === given);
  if (known !== undefined) return known;
  throw new InvalidInputError([
    `${VARIABLE}: there is no algorithm ${JSON.stringify(given)}; choose ${SIGNING_ALGORITHMS.join(' or ')}`,
  ]);
}

/**
 * Checks that a home's key is of the algorithm that the environment asks for.
 *
 * @throws InvalidInputError when the environment names none, or another one than that of the key.
 */
export function requireChosenAlgorithm(file: string, publicPem: string | undefined): void {
  const chosen = chosenAlgorithm();
  const found = publicPem === undefined ? undefined : algorithmOfPem(publicPem);
  if (chosen === undefined || found === undefined || found === chosen) return;
  throw new InvalidInputError([
    `${VARIABLE} is ${chosen}, but this home already signs with ${ALGORITHM_NAMES[found]} (${file}) and a home keeps its key; ` +
      `set it to ${found}, or choose another GURUKUL_HOME`,
  ]);
}

/**
 * How the DER form of an accepted public key starts, and how long it is: its point follows. No other form of the same
 * key is accepted: neither a compressed point nor a curve whose parameters are written out.
 */
const FORMS: Readonly<Record<SigningAlgorithm, { readonly head: string; readonly bytes: number }>> = {
  ed25519: { head: '302a300506032b6570032100', bytes: 44 },
  p256: { head: '3059301306072a8648ce3d020106082a8648ce3d03010703420004', bytes: 91 },
};

/** The algorithm of a public key; undefined for one of another kind or form, or one whose signatures anybody can make. */
export function algorithmOfKey(key: KeyObject): SigningAlgorithm | undefined {
  const der = key.export({ type: 'spki', format: 'der' });
  const found = SIGNING_ALGORITHMS.find(
    (name) => der.length === FORMS[name].bytes && der.toString('hex').startsWith(FORMS[name].head),
  );
  return found === 'ed25519' && isWeakPoint(der.subarray(-32)) ? undefined : found;
}

/** The same of a public key as PEM, which must have exactly the bytes of an export. */
export function algorithmOfPem(pem: string): SigningAlgorithm | undefined {
  try {
    const key = createPublicKey(pem);
    return key.export({ type: 'spki', format: 'pem' }).toString() === pem ? algorithmOfKey(key) : undefined;
  } catch {
    return undefined;
  }
}

/** A new private key as PEM. */
export function generatePem(algorithm: SigningAlgorithm): string {
  const { privateKey } =
    algorithm === 'p256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Signs bytes with a private key, in the one form that `isSignature` accepts. */
export function signBytes(bytes: Uint8Array, key: KeyObject): Buffer {
  return key.asymmetricKeyType === 'ec'
    ? toLowDer(sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }))
    : sign(null, bytes, key);
}

/**
 * Whether a signature of bytes was made by a key. The algorithm is that of the key: nothing in a signature or an
 * envelope can choose another.
 */
export function isSignature(bytes: Uint8Array, publicPem: string, signature: Uint8Array): boolean {
  const algorithm = algorithmOfPem(publicPem);
  if (algorithm === undefined) return false;
  const key = createPublicKey(publicPem);
  return algorithm === 'p256'
    ? isLowDer(signature) && verify('sha256', bytes, { key, dsaEncoding: 'der' }, signature)
    : verify(null, bytes, key, signature);
}
