import path from 'node:path';

import { z } from 'zod';

import type { ErrorType } from '../errors.js';
import { ERROR_TYPES } from '../errors.js';
import type { Home } from './home.js';
import { parseJsonLines } from './json-lines.js';
import { readStoredJson } from './stored-files.js';
import { unitManifestSchema } from './units.js';

/** A window that failed in a finished shard. */
export interface ShardFailure {
  readonly symbol: string;
  readonly error: ErrorType;
  readonly message: string;
}

const failedLineSchema = z.looseObject({
  symbol: z.string(),
  status: z.literal('failed'),
  // A version that knows more types may have written it.
  error: z.enum(ERROR_TYPES).catch('Bug'),
  message: z.string().nullish(),
});

/**
 * The windows that failed in a shard, from its `windows.jsonl`; undefined if the shard is not finished. A shard with
 * a damaged manifest is not, and damaged lines are passed over: such a shard is trained again anyway.
 *
 * @param folder The shard's folder.
 * @throws GurukulError StoreUnavailable when its windows cannot be read.
 */
export async function shardFailures(home: Home, folder: string): Promise<ShardFailure[] | undefined> {
  const manifest = await readStoredJson(home, path.join(folder, 'unit.json'), unitManifestSchema).catch(
    () => undefined,
  );
  const windows = manifest?.outputs['windows'];
  if (windows === undefined) return undefined;
  const text = (await home.store.get(windows.uri, windows.sha256))?.toString('utf8') ?? '';
  return parseJsonLines(text, failedLineSchema).map(({ symbol, error, message }) => ({
    symbol,
    error,
    message: message ?? '',
  }));
}
