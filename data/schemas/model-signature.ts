import { z } from 'zod';

import { sha256Schema as sha256 } from './file-ref.js';

/** The file `model.sig` of OpenSSF's model signing: a Sigstore bundle of version 0.3 without certificates or logs. */
export const modelSignatureSchema = z.strictObject({
  mediaType: z.literal('application/vnd.dev.sigstore.bundle.v0.3+json'),
  verificationMaterial: z.strictObject({
    /** SHA-256 of the public key as PEM. */
    publicKey: z.strictObject({ hint: sha256 }),
    tlogEntries: z.array(z.never()).length(0),
  }),
  dsseEnvelope: z.strictObject({
    payload: z.base64(),
    payloadType: z.literal('application/vnd.in-toto+json'),
    signatures: z.array(z.strictObject({ keyid: z.literal(''), sig: z.base64() })).length(1),
  }),
});
export type ModelSignature = z.output<typeof modelSignatureSchema>;

/** The signed payload: an in-toto statement of a folder and the digest of each of its files. */
export const modelStatementSchema = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  /** The folder, with the SHA-256 of the digests of its files, one after the other. */
  subject: z.array(z.strictObject({ name: z.string(), digest: z.strictObject({ sha256 }) })).length(1),
  predicateType: z.literal('https://model_signing/signature/v1.0'),
  predicate: z.strictObject({
    serialization: z.strictObject({
      method: z.literal('files'),
      hash_type: z.literal('sha256'),
      allow_symlinks: z.literal(false),
      ignore_paths: z.array(z.enum(['model.sig', '.git', '.gitattributes', '.github', '.gitignore'])),
    }),
    resources: z.array(z.strictObject({ name: z.string(), algorithm: z.literal('sha256'), digest: sha256 })),
  }),
});
export type ModelStatement = z.output<typeof modelStatementSchema>;
