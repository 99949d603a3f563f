import type { KeyObject } from 'node:crypto';

import { signModel } from '../../data/signing/model-signature.js';
import { publicKeyPem, signStatement } from '../../data/signing/signing.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE, bundleJson, entriesOf } from './bundle-layout.js';

/** Who signs a bundle. */
export interface BundleKeys {
  /** The home's private key. */
  readonly bundle: KeyObject;
  /** The private key of the model signature, of P-256; may be the same. */
  readonly model: KeyObject;
}

/**
 * Adds keys and signatures to the files of a bundle. The statement is signed first, with the digest of the model key in
 * it, then the whole folder with the model key.
 *
 * @param files All files but keys and signatures.
 * @param run Whose bundle it is.
 */
export function signBundle(
  files: BundleFiles,
  { bundle, model }: BundleKeys,
  run: string,
): Map<string, Uint8Array> {
  const statement = files.get(BUNDLE.statement) ?? new Uint8Array(0);
  const signed = new Map([
    ...files,
    [BUNDLE.signature, bundleJson(signStatement(statement, bundle))],
    [BUNDLE.publicKey, Buffer.from(publicKeyPem(bundle))],
    [BUNDLE.modelKey, Buffer.from(publicKeyPem(model))],
  ]);
  return signed.set(BUNDLE.modelSignature, bundleJson(signModel(folderName(run), entriesOf(signed), model)));
}

/** The name of the bundle's folder: what the model signature calls the model. */
export function folderName(run: string): string {
  return `audit_${run}`;
}
