import type { KeyObject } from 'node:crypto';
import { createHash } from 'node:crypto';

import type { z } from 'zod';

import { errorMessage } from '../errors.js';
import type { ModelSignature, ModelStatement } from '../schemas/model-signature.js';
import { modelSignatureSchema, modelStatementSchema } from '../schemas/model-signature.js';
import { canonicalJson, sha256 } from '../store/digests.js';
import { algorithmOfPem } from './algorithm.js';
import { PAYLOAD_TYPE, payloadHolds, publicKeyPem, signPayload } from './signing.js';

/** A file of the signed folder, by its path inside with forward slashes. */
export interface SignedFile {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Signs a folder as OpenSSF's model signing does, predicate `https://model_signing/signature/v1.0`: a statement of the
 * SHA-256 of every file in a DSSE envelope in a Sigstore bundle. It lies in the folder as `model.sig` and leaves out
 * only itself.
 *
 * @param name Of the folder.
 * @param key A private key of P-256: the reference verifier takes NIST curves only.
 */
export function signModel(name: string, files: readonly SignedFile[], key: KeyObject): ModelSignature {
  const payload = modelPayload(name, files);
  return modelSignature(payload, signPayload(Buffer.from(payload, 'base64'), key), publicKeyPem(key));
}

/** The bytes that are signed, as base64. */
export function modelPayload(name: string, files: readonly SignedFile[]): string {
  return Buffer.from(canonicalJson(statementOf(name, files))).toString('base64');
}

/** The content of `model.sig`. @param payload As base64, like the signature. */
export function modelSignature(payload: string, sig: string, publicPem: string): ModelSignature {
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: sha256(publicPem) }, tlogEntries: [] },
    dsseEnvelope: { payload, payloadType: PAYLOAD_TYPE, signatures: [{ keyid: '', sig }] },
  };
}

function statementOf(name: string, files: readonly SignedFile[]): ModelStatement {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256: rootDigest(sorted.map((file) => file.sha256)) } }],
    predicateType: 'https://model_signing/signature/v1.0',
    predicate: {
      serialization: {
        method: 'files',
        hash_type: 'sha256',
        allow_symlinks: false,
        ignore_paths: ['model.sig'],
      },
      resources: sorted.map((file) => ({ name: file.path, algorithm: 'sha256', digest: file.sha256 })),
    },
  };
}

/** SHA-256 of the bytes of the digests, one after the other. */
function rootDigest(digests: readonly string[]): string {
  const hash = createHash('sha256');
  for (const digest of digests) hash.update(Buffer.from(digest, 'hex'));
  return hash.digest('hex');
}

/**
 * What is wrong with a model signature, to follow the file's name; undefined when the key signed exactly these files.
 * Accepts signatures of other programs, such as the reference implementation.
 *
 * @param content Of `model.sig`.
 * @param files All files of the folder but `model.sig`.
 */
export function modelSignatureProblem(
  content: Uint8Array,
  files: readonly SignedFile[],
  publicPem: string,
): string | undefined {
  const signature = parsed(content, modelSignatureSchema);
  if (typeof signature === 'string') return `is no model signature: ${signature}`;
  const { dsseEnvelope, verificationMaterial } = signature;
  if (algorithmOfPem(publicPem) !== 'p256') return 'has no ECDSA P-256 public key to be compared with';
  if (verificationMaterial.publicKey.hint !== sha256(publicPem)) return 'names another key';
  const { payload } = dsseEnvelope;
  if (!payloadHolds(payload, dsseEnvelope.signatures[0]?.sig ?? '', publicPem))
    return 'has a signature that is not valid';
  const statement = parsed(Buffer.from(payload, 'base64'), modelStatementSchema);
  if (typeof statement === 'string') return `signs no statement of a model: ${statement}`;
  const { resources } = statement.predicate;
  if (statement.subject[0]?.digest.sha256 !== rootDigest(resources.map(({ digest }) => digest)))
    return 'has a root digest of other files than it lists';
  return filesProblem(resources, files);
}

function filesProblem(
  resources: ModelStatement['predicate']['resources'],
  files: readonly SignedFile[],
): string | undefined {
  const signed = new Map(resources.map(({ name, digest }) => [name, digest]));
  if (signed.size !== resources.length) return 'lists a file twice';
  for (const { path, sha256: digest } of files) {
    const listed = signed.get(path);
    if (listed === undefined) return `does not sign ${path}`;
    if (listed !== digest) return `signs ${path} with SHA-256 ${listed}, and the file has ${digest}`;
  }
  const own = new Set(files.map(({ path }) => path));
  const missing = resources.find(({ name }) => !own.has(name));
  return missing === undefined ? undefined : `signs ${JSON.stringify(missing.name)}, which is not there`;
}

function parsed<Schema extends z.ZodType>(content: Uint8Array, schema: Schema): z.output<Schema> | string {
  try {
    return schema.parse(JSON.parse(Buffer.from(content).toString('utf8')));
  } catch (error) {
    return errorMessage(error);
  }
}
