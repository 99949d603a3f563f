import { GurukulError } from '../../data/errors.js';
import type { Statement } from '../../data/schemas/bundle.js';
import {
  artifactsSchema,
  bundleConfigSchema,
  bundleIngestSchema,
  envelopeSchema,
  runRecordSchema,
  statementSchema,
} from '../../data/schemas/bundle.js';
import { featureDriftSchema, featureImportanceSchema } from '../../data/schemas/features.js';
import { metricsSchema, statTestsSchema, stressTestsSchema } from '../../data/schemas/metrics.js';
import { codeVersion } from '../../data/store/code-version.js';
import { sha256 } from '../../data/store/digests.js';
import { computeFigures, figureOptions } from '../validate/figures.js';
import { checkIntegrity } from './check-integrity.js';
import { deriveFiles } from './derived-files.js';
import type { Difference } from './differences.js';
import { firstLineDifference, firstValueDifference, sentenceOf } from './differences.js';
import { readFacts, readJsonFile, readPredictionSets } from './facts.js';
import type { BundleFiles } from './layout.js';
import { BUNDLE } from './layout.js';
import { subjectsOf } from './provenance.js';
import { trialRecord } from './trial-record.js';
import type { ReadBundle } from './read-bundle.js';
import { readBundle } from './read-bundle.js';
import { isPublicKeyPem, keyId, signatureHolds } from './signing.js';

/** How far figures may be off when the verifier is not the very program that made them. */
const TOLERANCE = 1e-9;

/** What a verification came to. */
export type VerifyReport =
  | {
      readonly ok: true;
      readonly digest: string;
      /** All files of the bundle. */
      readonly files: number;
      readonly runId: string;
      /** SHA-256 of the public key that signed it: compare it with one you trust. */
      readonly keyId: string;
      /** True when the verifier is the program that made the bundle: every text was made again, byte for byte. */
      readonly sameProgram: boolean;
    }
  | {
      readonly ok: false;
      /** The first thing that differs, in one sentence: file, expected, found. */
      readonly difference: string;
      readonly file: string;
    };

/**
 * Verifies a bundle offline, from nothing but its own files: manifest, sizes, digests, no file more or
 * less, signature and statement; then all figures again from the predictions, and all texts and plots
 * again from the figures.
 *
 * @param folder Absolute path of the bundle, wherever it was made.
 */
export async function verifyBundle(folder: string): Promise<VerifyReport> {
  const bundle = await readBundle(folder);
  if ('file' in bundle) return refusal(bundle);
  try {
    const statement = readJsonFile(bundle.uncovered, BUNDLE.statement, statementSchema);
    const { codeVersion: made } = statement.predicate.buildDefinition.internalParameters;
    // The version of Node.js may be another: what computes a figure does not depend on it, see data/math.
    const sameProgram = made === (await codeVersion());
    const tolerance = sameProgram ? 0 : TOLERANCE;
    const difference =
      checkProvenance(bundle, statement) ??
      (await checkIntegrity(bundle.covered)) ??
      (await checkFigures(bundle.covered, tolerance)) ??
      checkTrials(bundle, tolerance) ??
      (await checkDerived(bundle.covered, sameProgram));
    if (difference !== undefined) return refusal(difference);
    return {
      ok: true,
      digest: bundle.manifest.digest,
      files: bundle.covered.size + bundle.uncovered.size + 1,
      runId: statement.predicate.runDetails.metadata.invocationId,
      keyId: keyId(text(bundle.uncovered, BUNDLE.publicKey)),
      sameProgram,
    };
  } catch (error) {
    // A file of the bundle that cannot be read as what it is; anything else is a mistake of ours.
    if (!(error instanceof GurukulError)) throw error;
    return { ok: false, difference: error.message, file: error.message.split(/[ :]/)[0] ?? '' };
  }
}

function checkProvenance(
  { manifest, covered, uncovered }: ReadBundle,
  statement: Statement,
): Difference | undefined {
  const envelope = readJsonFile(uncovered, BUNDLE.signature, envelopeSchema);
  const payload = Buffer.from(envelope.payload, 'base64');
  if (!payload.equals(uncovered.get(BUNDLE.statement) ?? new Uint8Array(0)))
    return {
      file: BUNDLE.signature,
      expected: `the payload to be ${BUNDLE.statement}`,
      found: 'other bytes',
    };
  const publicKey = text(uncovered, BUNDLE.publicKey);
  if (!isPublicKeyPem(publicKey))
    return { file: BUNDLE.publicKey, expected: 'an Ed25519 public key as PEM', found: 'something else' };
  if (!signatureHolds(envelope, publicKey))
    return {
      file: BUNDLE.signature,
      expected: `a signature by the key of ${BUNDLE.publicKey}`,
      found: 'one that does not hold',
    };

  const { buildDefinition, runDetails } = statement.predicate;
  const config = readJsonFile(covered, BUNDLE.config, bundleConfigSchema);
  const { digest: bars } = readJsonFile(covered, BUNDLE.ingest, bundleIngestSchema);
  const record = readJsonFile(uncovered, BUNDLE.run, runRecordSchema);
  readJsonFile(covered, BUNDLE.artifacts, artifactsSchema);
  const recordDigest = sha256(uncovered.get(BUNDLE.run) ?? '');
  const file = BUNDLE.statement;
  return (
    firstValueDifference(
      file,
      subjectsOf(manifest.digest, manifest.covered),
      statement.subject,
      0,
      'subject',
    ) ??
    firstValueDifference(file, config, buildDefinition.externalParameters, 0, 'externalParameters') ??
    firstValueDifference(
      file,
      [{ name: 'bars', digest: { sha256: bars } }],
      buildDefinition.resolvedDependencies,
      0,
      'resolvedDependencies',
    ) ??
    firstValueDifference(BUNDLE.run, runDetails.byproducts[0]?.digest.sha256, recordDigest, 0, 'SHA-256') ??
    firstValueDifference(file, record.runId, runDetails.metadata.invocationId, 0, 'invocationId')
  );
}

/** The count is the home's own word, which is signed; what follows from it is computed again. */
function checkTrials({ covered, uncovered }: ReadBundle, tolerance: number): Difference | undefined {
  const { trials } = readJsonFile(uncovered, BUNDLE.run, runRecordSchema);
  const own = readJsonFile(covered, BUNDLE.metrics, metricsSchema).options.trials;
  const statTests = readJsonFile(covered, BUNDLE.statTests, statTestsSchema);
  return firstValueDifference(
    BUNDLE.run,
    trialRecord(statTests, own, trials.home),
    trials,
    tolerance,
    'trials',
  );
}

async function checkFigures(covered: BundleFiles, tolerance: number): Promise<Difference | undefined> {
  const config = readJsonFile(covered, BUNDLE.config, bundleConfigSchema);
  const metrics = readJsonFile(covered, BUNDLE.metrics, metricsSchema);
  const again = computeFigures(
    await readPredictionSets(covered),
    figureOptions(config, metrics.options.trials),
    {
      importance: readJsonFile(covered, BUNDLE.importance, featureImportanceSchema),
      drift: readJsonFile(covered, BUNDLE.drift, featureDriftSchema),
    },
  );
  return (
    firstValueDifference(BUNDLE.metrics, again.metrics, metrics, tolerance) ??
    firstValueDifference(
      BUNDLE.statTests,
      again.statTests,
      readJsonFile(covered, BUNDLE.statTests, statTestsSchema),
      tolerance,
    ) ??
    firstValueDifference(
      BUNDLE.stressTests,
      again.stressTests,
      readJsonFile(covered, BUNDLE.stressTests, stressTestsSchema),
      tolerance,
    )
  );
}

/**
 * Makes texts and plots again. Another program may word and draw them otherwise: of its bundle only the
 * facts behind them are read.
 */
async function checkDerived(covered: BundleFiles, exactly: boolean): Promise<Difference | undefined> {
  if (!exactly) {
    await readFacts(covered);
    return undefined;
  }
  const derived = await deriveFiles(covered);
  for (const [file, content] of derived) {
    const there = covered.get(file);
    if (there === undefined) return { file, expected: 'a file of every bundle', found: 'no such file' };
    const difference = firstLineDifference(
      file,
      Buffer.from(content).toString(),
      Buffer.from(there).toString(),
    );
    if (difference !== undefined) return difference;
  }
  const known = new Set<string>([...Object.values(BUNDLE), ...derived.keys()]);
  const foreign = [...covered.keys()].find(
    (file) => !known.has(file) && !file.startsWith(`${BUNDLE.students}/`),
  );
  return foreign === undefined
    ? undefined
    : { file: foreign, expected: 'only files of a bundle', found: 'another' };
}

function text(files: BundleFiles, file: string): string {
  return Buffer.from(files.get(file) ?? new Uint8Array(0)).toString('utf8');
}

function refusal(difference: Difference): VerifyReport {
  return { ok: false, difference: sentenceOf(difference), file: difference.file };
}
