import { z } from 'zod';

import type { KnownSigner } from '../../data/signing/known-signer.js';
import { isPublicKeyPem, keyId, signatureHolds } from '../../data/signing/signing.js';
import type { Statement } from '../../data/schemas/bundle.js';
import {
  artifactsSchema,
  bundleIngestSchema,
  envelopeSchema,
  runRecordSchema,
} from '../../data/schemas/bundle.js';
import { sha256 } from '../../data/store/digests.js';
import { readJsonFile } from './bundle-facts.js';
import { BUNDLE } from './bundle-layout.js';
import type { Difference } from './differences.js';
import { firstValueDifference } from './differences.js';
import { byproductsOf, subjectsOf } from './provenance.js';
import type { ReadBundle } from './read-bundle.js';
import type { Signer } from './verify-report.js';

/** Checks the signature, and compares its key with the known one. */
export function checkSigner(
  { uncovered }: ReadBundle,
  known: KnownSigner | undefined,
): { readonly signer: Signer; readonly difference?: Difference } | Difference {
  const envelope = readJsonFile(uncovered, BUNDLE.signature, envelopeSchema);
  const payload = Buffer.from(envelope.payload, 'base64');
  const file = BUNDLE.signature;
  if (!payload.equals(uncovered.get(BUNDLE.statement) ?? new Uint8Array(0)))
    return { file, expected: `the payload to be ${BUNDLE.statement}`, found: 'different content' };
  const publicKey = Buffer.from(uncovered.get(BUNDLE.publicKey) ?? new Uint8Array(0)).toString('utf8');
  if (!isPublicKeyPem(publicKey))
    return {
      file: BUNDLE.publicKey,
      expected: 'an Ed25519 or P-256 public key as PEM',
      found: 'something else',
    };
  if (!signatureHolds(envelope, publicKey))
    return {
      file,
      expected: `a signature by the key of ${BUNDLE.publicKey}`,
      found: 'a signature that is not valid',
    };
  const found = keyId(publicKey);
  if (known === undefined) return { signer: { keyId: found, known: 'unknown' } };
  if (known.keyId === found) return { signer: { keyId: found, known: known.from } };
  const whose = known.from === 'home' ? "this home's key" : 'the given key';
  return {
    signer: { keyId: found, known: 'unknown' },
    difference: { file: BUNDLE.publicKey, expected: `${whose} ${known.keyId}`, found: `key ${found}` },
  };
}

/** Checks the signed statement against the bundle's files. */
export function checkStatement(
  { manifest, covered, uncovered }: ReadBundle,
  statement: Statement,
): Difference | undefined {
  const { buildDefinition, runDetails } = statement.predicate;
  // As it is in the file: a schema leaves out keys that it does not know.
  const config = readJsonFile(covered, BUNDLE.config, z.record(z.string(), z.unknown()));
  const { digest: bars } = readJsonFile(covered, BUNDLE.ingest, bundleIngestSchema);
  const record = readJsonFile(uncovered, BUNDLE.run, runRecordSchema);
  readJsonFile(covered, BUNDLE.artifacts, artifactsSchema);
  const recordDigest = sha256(uncovered.get(BUNDLE.run) ?? '');
  const file = BUNDLE.statement;
  const compare = (expected: unknown, found: unknown, place: string): Difference | undefined =>
    firstValueDifference(file, expected, found, 0, place);
  return (
    compare(subjectsOf(manifest.digest, manifest.covered), statement.subject, 'subject') ??
    compare(config, buildDefinition.externalParameters, 'externalParameters') ??
    compare(
      [{ name: 'bars', digest: { sha256: bars } }],
      buildDefinition.resolvedDependencies,
      'resolvedDependencies',
    ) ??
    firstValueDifference(BUNDLE.run, runDetails.byproducts[0]?.digest.sha256, recordDigest, 0, 'SHA-256') ??
    compare(
      byproductsOf(uncovered.get(BUNDLE.run) ?? new Uint8Array(0), uncovered.get(BUNDLE.modelKey)),
      runDetails.byproducts,
      'byproducts',
    ) ??
    compare(record.runId, runDetails.metadata.invocationId, 'invocationId')
  );
}
