import path from 'node:path';

import { z } from 'zod';

import { MAX_BYTES } from '../../formats/engine/unpack.js';
import { inLanes } from '../../in-lanes.js';
import { canonicalJson, sha256 } from '../../store/digests.js';
import type { FileState } from '../../store/file-state.js';
import { fileStateSchema, sameState } from '../../store/file-state.js';
import { readIfExists, writeFileAtomic } from '../../store/files.js';
import type { Home } from '../../store/home.js';

/** Files looked at at once. */
const AT_ONCE = 16;

const recordSchema = z.strictObject({ sha256: z.string(), files: z.array(fileStateSchema) });

/** Those files of a folder that are of no symbol alone. */
export interface OtherFiles {
  readonly folder: string;
  /** Their names. */
  readonly names: readonly string[];
  /** Reads them all; undefined: the state in which one was read is not known. */
  readonly read: () => Promise<readonly FileState[] | undefined>;
  /** Where it is kept how they were; absent: nowhere. */
  readonly home: Home | undefined;
}

/**
 * A digest over the content of all files in a folder that may have rows of any symbol. They are read only if one of them
 * has changed since they were read last.
 *
 * @returns Null where there are none, undefined where it cannot be told.
 */
export async function digestOfOthers(others: OtherFiles): Promise<string | null | undefined> {
  const { folder, names, read, home } = others;
  if (names.length === 0) return null;
  const files = names.map((name) => path.join(folder, name));
  const record = home?.knownFolder(sha256(path.resolve(folder)).slice(0, 16));
  const known = record === undefined ? [] : await readRecord(record);
  const isOfThese = known.map((state) => state.path).join('\n') === files.join('\n');
  const same = isOfThese
    ? await inLanes(known, AT_ONCE, (state) => sameState(state, MAX_BYTES))
    : [undefined];
  const unchanged = same.flatMap((state) => state ?? []);
  const states = unchanged.length === same.length ? unchanged : await read();
  if (states === undefined) return undefined;
  const isNew = states.some((state, index) => state !== known[index]);
  if (record !== undefined && isNew)
    await writeFileAtomic(record, `${canonicalJson({ sha256: digestOf(states), files: states })}\n`);
  return sha256(
    canonicalJson(states.map((state, index) => [names[index] ?? '', state.sha256, state.head ?? 0])),
  );
}

/** How the files were; nothing from a damaged record. */
async function readRecord(file: string): Promise<readonly FileState[]> {
  try {
    const content = await readIfExists(file);
    if (content === undefined) return [];
    const { sha256: digest, files } = recordSchema.parse(JSON.parse(content.toString('utf8')));
    return digestOf(files) === digest ? files : [];
  } catch {
    return [];
  }
}

function digestOf(files: readonly FileState[]): string {
  return sha256(canonicalJson(files));
}
