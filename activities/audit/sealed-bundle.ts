import { GurukulError, InvalidInputError } from '../../data/errors.js';
import type { Statement } from '../../data/schemas/bundle.js';
import { statementSchema } from '../../data/schemas/bundle.js';
import { homeSigner } from '../../data/signing/known-signer.js';
import type { Home } from '../../data/store/home.js';
import { bundleFolder } from '../../data/store/stored-files.js';
import { readJsonFile } from './bundle-facts.js';
import { BUNDLE } from './bundle-layout.js';
import { checkModelSignature } from './check-model-signature.js';
import { checkSigner, checkStatement } from './check-provenance.js';
import type { Difference } from './differences.js';
import { sentenceOf } from './differences.js';
import type { ReadBundle } from './read-bundle.js';
import { readBundle } from './read-bundle.js';

/** A bundle of this home whose every file has the digest that the home's key signed. */
export interface SealedBundle extends ReadBundle {
  readonly statement: Statement;
}

/**
 * Reads a run's bundle for use: every file is hashed against the manifest, the manifest's digest against the signed
 * statement, and the signature must be of this home's key; the model signature, where there is one, must hold, too. Figures are not computed again: they were before the
 * bundle was sealed, and before it was decided about.
 *
 * @param digest What the bundle's digest must be, where a decision names it.
 * @throws InvalidInputError when it is not the bundle that this home sealed for the run.
 */
export async function readSealedBundle(home: Home, run: string, digest?: string): Promise<SealedBundle> {
  const folder = await bundleFolder(home, run);
  const refuse = (why: string): never => {
    throw new InvalidInputError([
      `the bundle of run ${run} ${why}. Nothing is scored with it; check it with: gurukul audit verify ${folder}`,
    ]);
  };
  const known = homeSigner(home.signingKey());
  if (known === undefined)
    return refuse(`cannot be attributed: this home's key ${home.signingKey()} is missing; restore it`);
  const differs = (difference: Difference): never => refuse(`does not verify: ${sentenceOf(difference)}`);
  const bundle = await readBundle(folder);
  if ('file' in bundle) return differs(bundle);
  try {
    const signed = checkSigner(bundle, known);
    if ('file' in signed) return differs(signed);
    if (signed.difference !== undefined) return differs(signed.difference);
    const statement = readJsonFile(bundle.uncovered, BUNDLE.statement, statementSchema);
    // A bundle of an earlier version has no model signature: what signs its files is the statement.
    const other = checkStatement(bundle, statement) ?? checkModelSignature(bundle, false).difference;
    if (other !== undefined) return differs(other);
    const made = statement.predicate.runDetails.metadata.invocationId;
    if (made !== run) return refuse(`is the bundle of another run, ${made}`);
    if (digest !== undefined && digest !== bundle.manifest.digest)
      return refuse(
        `is not the one that was decided about: its digest is ${bundle.manifest.digest}, the decision's ${digest}`,
      );
    return { ...bundle, statement };
  } catch (error) {
    if (error instanceof GurukulError && error.type === 'BadSchema')
      return refuse(`does not verify: ${error.message}`);
    throw error;
  }
}
