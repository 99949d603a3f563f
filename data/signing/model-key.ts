import type { KeyObject } from 'node:crypto';

import { GurukulError } from '../errors.js';
import type { Home } from '../store/home.js';
import { algorithmOfPem } from './algorithm.js';
import { publicKeyPem, signingKey } from './signing.js';

/**
 * The key of a home's model signatures: that of its bundles where it is of P-256, otherwise one of its own, created on
 * first use. The reference verifier of model signatures takes no Ed25519, so without a second key only some bundles
 * could be verified with it.
 *
 * @param bundleKey The key that signs the home's bundles.
 * @throws InvalidInputError when others may read it, with the command that fixes it.
 * @throws GurukulError StoreUnavailable when it can be neither read nor created.
 */
export async function modelKey(home: Home, bundleKey: KeyObject): Promise<KeyObject> {
  if (algorithmOfPem(publicKeyPem(bundleKey)) === 'p256') return bundleKey;
  const file = home.modelKey();
  const key = await signingKey(file, 'p256');
  if (algorithmOfPem(publicKeyPem(key)) === 'p256') return key;
  throw new GurukulError('StoreUnavailable', `${file} is no key of P-256; move it away to create a new one`);
}
