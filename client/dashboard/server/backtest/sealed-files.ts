import type { z } from 'zod';

import type { Difference } from '../../../../activities/audit/differences.js';
import { readEntry, readManifest } from '../../../../activities/audit/read-bundle.js';
import { InvalidInputError, errorMessage } from '../../../../data/errors.js';
import type { FileEntry } from '../../../../data/schemas/bundle.js';
import type { Home } from '../../../../data/store/home.js';
import { bundleFolder } from '../../../../data/store/stored-files.js';

/** Larger than any of these files: those of 700 windows have 700 KB. */
const MAX_BYTES = 32 * 1_048_576;

/** Single files of a run's bundle, each compared with the digest that the manifest has of it. */
export interface SealedFiles {
  /** Of the bundle. */
  readonly digest: string;
  has(file: string): boolean;
  /** @throws InvalidInputError when it is not the file that the manifest lists, or not of this schema. */
  read<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.output<Schema>>;
}

/** Opens a run's bundle; no file but its manifest is read. @throws InvalidInputError when there is none to be read. */
export async function openBundle(home: Home, runId: string): Promise<SealedFiles> {
  const refuse = ({ file, expected, found }: Difference): never => {
    throw new InvalidInputError([
      `the bundle of run ${runId} does not verify: ${file}: expected ${expected}, found ${found}`,
    ]);
  };
  const folder = await bundleFolder(home, runId);
  const manifest = await readManifest(folder);
  if ('file' in manifest) return refuse(manifest);
  const entries = new Map(manifest.covered.map((entry) => [entry.path, entry]));
  return {
    digest: manifest.digest,
    has: (file) => entries.has(file),
    read: async (file, schema) => {
      const entry = entries.get(file) ?? refuse({ file, expected: 'a file of the bundle', found: 'none' });
      const content = await readEntry(folder, withinReason(entry, refuse));
      if ('file' in content) return refuse(content);
      try {
        return schema.parse(JSON.parse(Buffer.from(content).toString('utf8')));
      } catch (error) {
        throw new InvalidInputError([`${file} of run ${runId}: ${errorMessage(error)}`]);
      }
    },
  };
}

function withinReason(entry: FileEntry, refuse: (difference: Difference) => never): FileEntry {
  if (entry.bytes <= MAX_BYTES) return entry;
  return refuse({ file: entry.path, expected: `at most ${MAX_BYTES} bytes`, found: `${entry.bytes}` });
}
