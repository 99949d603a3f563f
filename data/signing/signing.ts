import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { chmod, link, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { GurukulError, errorMessage, storeUnavailable, systemErrorCode } from '../errors.js';
import type { Envelope } from '../schemas/bundle.js';
import { sha256 } from '../store/digests.js';
import { readIfExists } from '../store/files.js';
import { readPrivateFile } from '../store/private-file.js';
import type { SigningAlgorithm } from './algorithm.js';
import {
  algorithmOfKey,
  algorithmOfPem,
  chosenAlgorithm,
  generatePem,
  isSignature,
  signBytes,
} from './algorithm.js';

/** The type of the payloads that are signed: in-toto statements. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/**
 * The key that signs this home's bundles, created on first use and readable by its owner only.
 *
 * @param made Algorithm of a key that is created; that of a key that is there stays.
 * @throws InvalidInputError when others may read it, with the command that fixes it.
 * @throws GurukulError StoreUnavailable when it can be neither read nor created.
 */
export async function signingKey(
  file: string,
  made: SigningAlgorithm = chosenAlgorithm() ?? 'ed25519',
): Promise<KeyObject> {
  return privateKey(file, readKey(file) ?? (await makeKey(file, made)));
}

function privateKey(file: string, stored: Buffer): KeyObject {
  const refuse = (why: string, cause?: unknown): GurukulError =>
    new GurukulError(
      'StoreUnavailable',
      `${file} is not a private key (${why}); move it away to create a new one`,
      { cause },
    );
  let key: KeyObject;
  try {
    key = createPrivateKey(stored);
  } catch (error) {
    throw refuse(errorMessage(error), error);
  }
  if (algorithmOfKey(createPublicKey(key)) === undefined) throw refuse('neither Ed25519 nor P-256');
  return key;
}

/**
 * The public half of a signing key, as PEM; undefined if there is no such key. Creates nothing.
 *
 * @throws InvalidInputError when others may read the key, with the command that fixes it.
 * @throws GurukulError StoreUnavailable when it cannot be read.
 */
export function publicKeyOf(file: string): string | undefined {
  const stored = readKey(file);
  return stored === undefined ? undefined : publicKeyPem(privateKey(file, stored));
}

/** The public key as PEM. */
export function publicKeyPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

/** True for a public key that signatures are accepted of, encoded exactly as by `publicKeyPem`. */
export function isPublicKeyPem(pem: string): boolean {
  return algorithmOfPem(pem) !== undefined;
}

/** Id of a public key: SHA-256 of its DER form. */
export function keyId(pem: string): string {
  return sha256(createPublicKey(pem).export({ type: 'spki', format: 'der' }));
}

/** Signs a statement as a DSSE envelope (secure-systems-lab/dsse, v1). */
export function signStatement(statement: Uint8Array, key: KeyObject): Envelope {
  return {
    payloadType: PAYLOAD_TYPE,
    payload: Buffer.from(statement).toString('base64'),
    signatures: [
      {
        keyid: keyId(publicKeyPem(key)),
        sig: signPayload(statement, key),
      },
    ],
  };
}

/** True when the envelope's signature over its payload was made by the key, and both have the one form of base64. */
export function signatureHolds(envelope: Envelope, publicPem: string): boolean {
  if (!isPublicKeyPem(publicPem)) return false;
  const signature = envelope.signatures[0];
  return signature?.keyid === keyId(publicPem) && payloadHolds(envelope.payload, signature.sig, publicPem);
}

/** Signs the payload of an envelope. Returns the signature as base64. */
export function signPayload(payload: Uint8Array, key: KeyObject): string {
  return signBytes(preAuthentication(payload), key).toString('base64');
}

/** True when a signature of a payload was made by the key, and both have the one form of base64. */
export function payloadHolds(payload: string, sig: string, publicPem: string): boolean {
  return (
    isCanonicalBase64(sig) &&
    isCanonicalBase64(payload) &&
    isSignature(preAuthentication(Buffer.from(payload, 'base64')), publicPem, Buffer.from(sig, 'base64'))
  );
}

function isCanonicalBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}

/** DSSE's pre-authentication encoding: the signed bytes include the payload's type and both lengths. */
function preAuthentication(payload: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.byteLength} `),
    payload,
  ]);
}

function readKey(file: string): Buffer | undefined {
  try {
    return readPrivateFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    if (error instanceof GurukulError) throw error;
    throw storeUnavailable(`read ${file}`, error);
  }
}

/** Number of keys made by this process: two first uses at once must not write one temporary file. */
let made = 0;

async function makeKey(file: string, algorithm: SigningAlgorithm): Promise<Buffer> {
  made += 1;
  const pem = generatePem(algorithm);
  const partial = `${file}.${process.pid}-${made}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(partial, pem, { mode: 0o600 });
    await chmod(partial, 0o600);
    // Linking fails if the key exists: of two concurrent first uses, one key wins.
    await link(partial, file).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    });
    await rm(partial);
  } catch (error) {
    throw storeUnavailable(`create the key ${file}`, error);
  }
  return (await readIfExists(file)) ?? Buffer.from(pem);
}
