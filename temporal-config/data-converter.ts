import { fileURLToPath } from 'node:url';

import type { DataConverter } from '@temporalio/common';

import { payloadCodec } from './payload-codec.js';
import { payloadKeys } from './payload-keys.js';

/** Module of the failure converter, which the SDK loads by its path. */
const ENCODED_FAILURES = fileURLToPath(new URL('./encoded-failures.js', import.meta.url));

/**
 * How payloads and failures are put into histories, for clients and workers alike: as they are, or
 * encrypted where the settings hold keys, messages and stack traces of failures included.
 *
 * @returns Undefined without encryption.
 * @throws InvalidInputError when the keys are wrong.
 */
export function dataConverter(env: NodeJS.ProcessEnv = process.env): DataConverter | undefined {
  const keys = payloadKeys(env);
  if (keys === undefined) return undefined;
  return { payloadCodecs: [payloadCodec(keys)], failureConverterPath: ENCODED_FAILURES };
}
