import { z } from 'zod';

import { ERROR_POLICIES, isErrorType } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { readJsonRef, readRef } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { unitManifestSchema } from '../../data/store/units.js';

const MAX_NOTES = 5;

const lineSchema = z.looseObject({
  window: z.string(),
  error: z.string().nullish(),
  message: z.string().nullish(),
});

function isSkipped(error: unknown): boolean {
  return isErrorType(error) && ERROR_POLICIES[error].outcome === 'skip';
}

/** What the first windows of a shard that were not trained died of, failures before skips. */
export async function shardNotes(home: Home, manifest: FileRef): Promise<string[]> {
  const { outputs } = await readJsonRef(home, manifest, unitManifestSchema);
  const windows = outputs['windows'];
  if (windows === undefined) return [];
  return (await readRef(home, windows))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => lineSchema.parse(JSON.parse(line)))
    .filter(({ error }) => typeof error === 'string')
    .sort((a, b) => Number(isSkipped(a.error)) - Number(isSkipped(b.error)))
    .slice(0, MAX_NOTES)
    .map(
      ({ window, error, message }) =>
        `${window}: ${error ?? ''}${message ? ` (${message.slice(0, 160)})` : ''}`,
    );
}
