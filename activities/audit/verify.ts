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
import { computeFigures, figureOptions } from '../figures/figures.js';
import { checkIntegrity } from './check-integrity.js';
import { deriveFiles } from './derived-files.js';
import type { Difference } from './differences.js';
import { firstLineDifference, firstValueDifference, sentenceOf } from './differences.js';
import { readFacts, readJsonFile, readPredictionSets } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { subjectsOf } from './provenance.js';
import { trialRecord } from './trial-record.js';
import type { ReadBundle } from './read-bundle.js';
import { readBundle } from './read-bundle.js';
import { isPublicKeyPem, keyId, signatureHolds } from '../../data/signing/signing.js';

/** Tolerance of figures when the verifier is not the program that made the bundle. */
const TOLERANCE = 1e-9;

/** Result of a verification. */
export type VerifyReport =
  | {
      readonly ok: true;
      readonly digest: string;
      /** All files of the bundle. */
      readonly files: number;
      readonly runId: string;
      /** SHA-256 of the public key that signed it, to compare with a trusted one. */
      readonly keyId: string;
      /** True when the verifier is the program that made the bundle: all texts were recreated, byte for byte. */
      readonly sameProgram: boolean;
    }
  | {
      readonly ok: false;
      /** The first difference, in one sentence: file, expected, found. */
      readonly difference: string;
      readonly file: string;
    };

/**
 * Verifies a bundle offline, from its own files alone: manifest, sizes, digests, no missing or extra file,
 * signature and statement. Then it recomputes all figures from the predictions, and recreates all texts and plots
 * from the figures.
 *
 * @param folder Absolute path of the bundle, on any machine.
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
    // An invalid file of the bundle; any other error is a bug.
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
      found: 'different content',
    };
  const publicKey = text(uncovered, BUNDLE.publicKey);
  if (!isPublicKeyPem(publicKey))
    return { file: BUNDLE.publicKey, expected: 'an Ed25519 public key as PEM', found: 'something else' };
  if (!signatureHolds(envelope, publicKey))
    return {
      file: BUNDLE.signature,
      expected: `a signature by the key of ${BUNDLE.publicKey}`,
      found: 'a signature that is not valid',
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

/** The number of trials is stated by the home and signed; the figures that follow from it are recomputed. */
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

/** Recomputes the figures. Another program may describe them in other words, so its descriptions are not compared. */
async function checkFigures(covered: BundleFiles, tolerance: number): Promise<Difference | undefined> {
  const config = readJsonFile(covered, BUNDLE.config, bundleConfigSchema);
  const metrics = readJsonFile(covered, BUNDLE.metrics, metricsSchema);
  const recomputed = computeFigures(
    await readPredictionSets(covered),
    figureOptions(config, metrics.options.trials),
    {
      importance: readJsonFile(covered, BUNDLE.importance, featureImportanceSchema),
      drift: readJsonFile(covered, BUNDLE.drift, featureDriftSchema),
    },
  );
  const compare = (file: string, expected: unknown, found: unknown): Difference | undefined =>
    tolerance === 0
      ? firstValueDifference(file, expected, found, tolerance)
      : firstValueDifference(file, withoutDescriptions(expected), withoutDescriptions(found), tolerance);
  return (
    compare(BUNDLE.metrics, recomputed.metrics, metrics) ??
    compare(
      BUNDLE.statTests,
      recomputed.statTests,
      readJsonFile(covered, BUNDLE.statTests, statTestsSchema),
    ) ??
    compare(
      BUNDLE.stressTests,
      recomputed.stressTests,
      readJsonFile(covered, BUNDLE.stressTests, stressTestsSchema),
    )
  );
}

/** Keys of the texts that describe figures. */
const DESCRIPTIONS: ReadonlySet<string> = new Set(['notes', 'note', 'claim', 'unit', 'cut']);

/** A value without the texts that describe its figures. */
function withoutDescriptions(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (DESCRIPTIONS.has(key) ? undefined : inner)),
  ) as unknown;
}

/**
 * Recreates texts and plots. Another program may word and draw them differently: for its bundle only the facts
 * behind them are checked.
 */
async function checkDerived(covered: BundleFiles, exactly: boolean): Promise<Difference | undefined> {
  if (!exactly) {
    await readFacts(covered);
    return undefined;
  }
  const derived = await deriveFiles(covered);
  for (const [file, content] of derived) {
    const found = covered.get(file);
    if (found === undefined) return { file, expected: 'a file of every bundle', found: 'no such file' };
    const difference = firstLineDifference(
      file,
      Buffer.from(content).toString(),
      Buffer.from(found).toString(),
    );
    if (difference !== undefined) return difference;
  }
  const known = new Set<string>([...Object.values(BUNDLE), ...derived.keys()]);
  const foreign = [...covered.keys()].find(
    (file) => !known.has(file) && !file.startsWith(`${BUNDLE.students}/`),
  );
  return foreign === undefined
    ? undefined
    : { file: foreign, expected: 'only files of a bundle', found: 'an unknown file' };
}

function text(files: BundleFiles, file: string): string {
  return Buffer.from(files.get(file) ?? new Uint8Array(0)).toString('utf8');
}

function refusal(difference: Difference): VerifyReport {
  return { ok: false, difference: sentenceOf(difference), file: difference.file };
}
