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
        byproducts: [{ name: BUNDLE.run, digest: { sha256: sha256(parts.recordFile) } }],
      },
    },
  };
}
