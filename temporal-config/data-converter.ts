import path from 'node:path';

import type { DataConverter } from '@temporalio/common';

import { compiledRoot } from '../data/store/package-root.js';
import { payloadCodec } from './payload-codec.js';
import { payloadKeys } from './payload-keys.js';

/** Module of the failure converter, which the SDK loads by its path. */
const ENCODED_FAILURES = path.join(compiledRoot, 'temporal-config', 'encoded-failures.js');

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
