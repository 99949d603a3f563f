import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

import { GurukulError, errorMessage } from '../data/errors.js';
import type { PayloadKeys } from './payload-keys.js';

const CIPHER = 'aes-256-gcm';
/** As NIST SP 800-38D recommends them for GCM. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** How an encrypted payload is marked, so that others pass through. */
export const ENCRYPTED = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';

/**
 * Encrypts whole payloads, their metadata included, with AES-256-GCM. An encrypted payload names its key
 * and holds nonce, cipher text and tag, in this order; the key's id is authenticated with it. Payloads that
 * are not marked as encrypted are decoded as they are, so encryption can be turned on over a history.
 */
export function payloadCodec(keys: PayloadKeys): PayloadCodec {
  return {
    encode: (payloads) => Promise.resolve(payloads.map((payload) => encrypt(payload, keys))),
    // Whatever is wrong with one becomes a rejection, as callers expect.
    decode: async (payloads) => Promise.all(payloads.map(async (payload) => decrypt(payload, keys))),
  };
}

function encrypt(payload: Payload, { newest, byId }: PayloadKeys): Payload {
  const key = byId.get(newest);
  if (key === undefined) throw new GurukulError('Bug', `there is no key "${newest}"`);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(newest));
  const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
  return {
    metadata: { encoding: Buffer.from(ENCRYPTED), [KEY_ID]: Buffer.from(newest) },
    data: Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]),
  };
}

async function decrypt(payload: Payload, { byId }: PayloadKeys): Promise<Payload> {
  const { metadata, data } = payload;
  if (textOf(metadata?.['encoding']) !== ENCRYPTED) return Promise.resolve(payload);
  const id = textOf(metadata?.[KEY_ID]);
  const key = byId.get(id);
  if (key === undefined)
    throw new GurukulError(
      'InvalidInput',
      `a payload is encrypted with key ${JSON.stringify(id.slice(0, 40))}, and the keys here are ` +
        `${[...byId.keys()].join(', ')}: add it to GURUKUL_ENCRYPTION_KEYS (not as the last one)`,
    );
  const bytes = data ?? new Uint8Array(0);
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(id));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return proto.temporal.api.common.v1.Payload.decode(plain);
  } catch (error) {
    throw new GurukulError(
      'ChecksumMismatch',
      `a payload cannot be decrypted with key "${id}": it was changed, or the key is another of that name (${errorMessage(error)})`,
      { cause: error },
    );
  }
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes === null || bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}
