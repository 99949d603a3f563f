import { readFileSync, statSync } from 'node:fs';

import { InvalidInputError } from '../errors.js';
import { isPublicKeyPem, keyId, publicKeyOf } from './signing.js';

/** A public key that signatures are compared with. */
export interface KnownSigner {
  /** SHA-256 of the public key's DER form, as `keyId` gives it. */
  readonly keyId: string;
  /** `home`: the key of this home. `key`: one that the caller named. */
  readonly from: 'home' | 'key';
}

const KEY_ID = /^[0-9a-f]{64}$/;

/** More than any public key as PEM has. */
const MAX_BYTES = 4096;

/**
 * The key of the home; undefined when it has none yet. Creates none.
 *
 * @param file Path of the home's private key.
 * @throws InvalidInputError when others may read it, with the command that fixes it.
 * @throws GurukulError StoreUnavailable when it cannot be read.
 */
export function homeSigner(file: string): KnownSigner | undefined {
  const pem = publicKeyOf(file);
  return pem === undefined ? undefined : { keyId: keyId(pem), from: 'home' };
}

/** True for the id of a key: 64 hex digits. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/**
 * The key that a person names: its id, or a file that holds the public key.
 *
 * @param given The id of 64 hex digits, or the absolute path of a PEM file such as a bundle's own public key.
 * @throws InvalidInputError when it is neither.
 */
export function namedSigner(given: string): KnownSigner {
  if (isKeyId(given)) return { keyId: given, from: 'key' };
  const stats = statSync(given, { throwIfNoEntry: false });
  if (stats?.isFile() !== true)
    throw new InvalidInputError([
      `--key: there is no file ${given}: give a public key as PEM, or a key id of 64 hex digits`,
    ]);
  const pem = stats.size > MAX_BYTES ? '' : readFileSync(given, 'utf8');
  if (!isPublicKeyPem(pem))
    throw new InvalidInputError([
      `--key: ${given} is not an Ed25519 or P-256 public key as PEM (such as provenance/public-key.pem of a bundle)`,
    ]);
  return { keyId: keyId(pem), from: 'key' };
}
