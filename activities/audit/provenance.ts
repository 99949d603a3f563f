import type { BundleConfig, FileEntry, RunRecord, Statement } from '../../data/schemas/bundle.js';
import { sha256 } from '../../data/store/digests.js';
import { BUNDLE } from './bundle-layout.js';

/** Name of the bundle itself among the subjects. */
export const BUNDLE_SUBJECT = 'bundle';

/** The subjects of a statement: the bundle by its digest, then every covered file. */
export function subjectsOf(digest: string, covered: readonly FileEntry[]): Statement['subject'] {
  return [
    { name: BUNDLE_SUBJECT, digest: { sha256: digest } },
    ...covered.map((entry) => ({ name: entry.path, digest: { sha256: entry.sha256 } })),
  ];
}

/**
 * What a statement names beside the covered files: the record of the run and, so that whoever trusts the bundle's key
 * can trust that of its model signature, the latter's public key. Bundles of earlier versions have no such key.
 */
export function byproductsOf(
  recordFile: Uint8Array,
  modelKey: Uint8Array | undefined,
): Statement['predicate']['runDetails']['byproducts'] {
  const named = (name: string, content: Uint8Array) => ({ name, digest: { sha256: sha256(content) } });
  return [
    named(BUNDLE.run, recordFile),
    ...(modelKey === undefined ? [] : [named(BUNDLE.modelKey, modelKey)]),
  ];
}

/** The provenance of a bundle: an in-toto statement with a SLSA v1 predicate. */
export function statementOf(parts: {
  readonly digest: string;
  readonly covered: readonly FileEntry[];
  readonly config: BundleConfig;
  /** Digest of all bars. */
  readonly barsDigest: string;
  readonly backends: readonly string[];
  /** The same for each cohort. */
  readonly cohortBackends: Readonly<Record<string, readonly string[]>>;
  readonly codeVersion: string;
  readonly packageVersion: string;
  readonly record: RunRecord;
  readonly recordFile: Uint8Array;
  /** The public key of the model signature, as PEM. */
  readonly modelKey: Uint8Array;
}): Statement {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjectsOf(parts.digest, parts.covered),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:gurukul:run:v1',
        externalParameters: { ...parts.config },
        internalParameters: {
          codeVersion: parts.codeVersion,
          node: parts.record.node,
          backends: [...parts.backends],
          cohortBackends: Object.fromEntries(
            Object.entries(parts.cohortBackends).map(([cohort, backends]) => [cohort, [...backends]]),
          ),
        },
        resolvedDependencies: [{ name: 'bars', digest: { sha256: parts.barsDigest } }],
      },
      runDetails: {
        builder: { id: 'urn:gurukul:audit', version: { gurukul: parts.packageVersion } },
        metadata: { invocationId: parts.record.runId, finishedOn: parts.record.auditedAt },
        byproducts: byproductsOf(parts.recordFile, parts.modelKey),
      },
    },
  };
}
