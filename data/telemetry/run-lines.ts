import path from 'node:path';

import { z } from 'zod';

import type { FileRef } from '../schemas/file-ref.js';
import {
  appendJsonLines,
  readJson,
  readJsonRef,
  readRef,
  readSlice,
  sizeOf,
  writeJson,
} from '../store/files.js';
import { parseJsonLines } from '../store/json-lines.js';
import type { Home } from '../store/home.js';
import { unitManifestSchema } from '../store/units.js';

const windowLineSchema = z.looseObject({ window: z.string(), status: z.string().optional() });
type WindowLine = z.output<typeof windowLineSchema>;

/**
 * Where in the file a unit's lines stand, in bytes; `until` is null while they are being added. A run's
 * file grows to the lines of a million windows, so that nobody may read all of it to find a unit's.
 */
const placeSchema = z.strictObject({
  from: z.number().int().nonnegative(),
  until: z.number().int().nonnegative().nullable(),
});
type Place = z.output<typeof placeSchema>;

/**
 * Adds a unit's windows to a run's `teacher_runs.jsonl` or `student_runs.jsonl`, one line a window, each
 * once: a unit that is told again (an activity retried after its work was done) adds nothing, except for
 * windows that came out otherwise when an operator had them tried again. A note beside the unit's manifest,
 * `told.json`, says where its lines are; it is written before them, so that what a kill leaves is found.
 *
 * @param manifest Manifest of a unit with an output `windows` (JSON lines).
 */
export async function addRunLines(home: Home, file: string, manifest: FileRef): Promise<void> {
  const { key, outputs } = await readJsonRef(home, manifest, unitManifestSchema);
  const windows = outputs['windows'];
  if (windows === undefined) return;
  const note = path.join(path.dirname(home.absolute(manifest.uri)), 'told.json');
  const { from, until } = (await readJson(note, placeSchema)) ?? { from: Infinity, until: null };
  // A file that was lost begins anew.
  const place: Place = { from: Math.min(from, await sizeOf(file)), until };
  const known = new Set((await linesAt(file, place)).map((line) => identity(String(line['unit']), line)));
  const at = new Date().toISOString();
  const lines = parseJsonLines((await readRef(home, windows)).toString('utf8'), windowLineSchema)
    .filter((line) => !known.has(identity(key, line)))
    .map((line) => ({ at, unit: key, ...line }));
  if (lines.length === 0 && place.until !== null) return;
  await writeJson(note, { ...place, until: null } satisfies Place);
  appendJsonLines(file, lines);
  await writeJson(note, { ...place, until: await sizeOf(file) } satisfies Place);
}

async function linesAt(file: string, { from, until }: Place): Promise<WindowLine[]> {
  const slice = await readSlice(file, from, until ?? undefined);
  return parseJsonLines(slice.toString('utf8'), windowLineSchema);
}

function identity(unit: string, { window, status }: WindowLine): string {
  return `${unit} ${window} ${status ?? ''}`;
}
