import { runRecordSchema } from '../../data/schemas/bundle.js';
import { modelSignatureSchema } from '../../data/schemas/model-signature.js';
import { algorithmOfPem } from '../../data/signing/algorithm.js';
import { modelPayload, modelSignature, modelSignatureProblem } from '../../data/signing/model-signature.js';
import { readJsonFile } from './bundle-facts.js';
import { BUNDLE, bundleJson, entriesOf } from './bundle-layout.js';
import type { PartialCheck } from './check-figures.js';
import type { ReadBundle } from './read-bundle.js';
import { folderName } from './sign-bundle.js';

/**
 * Checks the model signature: the key that the signed statement names signed every file of the bundle, and the file has
 * exactly the bytes that the program writes. Bundles of earlier versions have none.
 */
export function checkModelSignature({ manifest, uncovered }: ReadBundle, sameProgram: boolean): PartialCheck {
  const file = BUNDLE.modelSignature;
  const content = uncovered.get(file);
  if (content === undefined)
    return sameProgram
      ? { difference: { file, expected: 'a file of every bundle', found: 'no such file' }, unchecked: [] }
      : { unchecked: [`${file}: no such file`] };
  const publicPem = Buffer.from(uncovered.get(BUNDLE.modelKey) ?? []).toString('utf8');
  if (algorithmOfPem(publicPem) !== 'p256')
    return {
      difference: {
        file: BUNDLE.modelKey,
        expected: 'an ECDSA P-256 public key as PEM',
        found: 'something else',
      },
      unchecked: [],
    };
  const others = [...uncovered].filter(([name]) => name !== file);
  // Covered files were compared with the manifest, and its form was checked, when they were read.
  const rest = entriesOf(new Map([...others, [BUNDLE.manifest, bundleJson(manifest)]]));
  const files = [...manifest.covered, ...rest];
  const expected = `a signature of all other files by the key of ${BUNDLE.modelKey}`;
  const problem = modelSignatureProblem(content, files, publicPem);
  if (problem !== undefined)
    return { difference: { file, expected, found: `one that ${problem}` }, unchecked: [] };
  const { runId } = readJsonFile(uncovered, BUNDLE.run, runRecordSchema);
  const [signature] = readJsonFile(uncovered, file, modelSignatureSchema).dsseEnvelope.signatures;
  const whole = bundleJson(
    modelSignature(modelPayload(folderName(runId), files), signature?.sig ?? '', publicPem),
  );
  return Buffer.from(content).equals(whole)
    ? { unchecked: [] }
    : { difference: { file, expected, found: 'the same in other bytes' }, unchecked: [] };
}
