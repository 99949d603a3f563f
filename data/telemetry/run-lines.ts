import { z } from 'zod';

import type { FileRef } from '../schemas/file-ref.js';
import { appendJsonLines, readIfThere, readJsonRef, readRef } from '../store/files.js';
import { parseJsonLines } from '../store/json-lines.js';
import type { Home } from '../store/home.js';
import { unitManifestSchema } from '../store/units.js';

const windowLineSchema = z.looseObject({ window: z.string(), status: z.string().optional() });

/**
 * Adds a unit's windows to a run's `teacher_runs.jsonl` or `student_runs.jsonl`, one line a window, each
 * once: a unit that is told again (an activity retried after its work was done) adds nothing, except for
 * windows that came out otherwise when an operator had them tried again.
 *
 * @param manifest Manifest of a unit with an output `windows` (JSON lines).
 */
export async function addRunLines(home: Home, file: string, manifest: FileRef): Promise<void> {
  const { key, outputs } = await readJsonRef(home, manifest, unitManifestSchema);
  const windows = outputs['windows'];
  if (windows === undefined) return;
  const known = new Set((await readLines(file)).map((line) => identity(String(line['unit']), line)));
  const at = new Date().toISOString();
  const lines = parseJsonLines((await readRef(home, windows)).toString('utf8'), windowLineSchema)
    .filter((line) => !known.has(identity(key, line)))
    .map((line) => ({ at, unit: key, ...line }));
  appendJsonLines(file, lines);
}

function identity(unit: string, { window, status }: z.output<typeof windowLineSchema>): string {
  return `${unit} ${window} ${status ?? ''}`;
}

async function readLines(file: string): Promise<z.output<typeof windowLineSchema>[]> {
  return parseJsonLines((await readIfThere(file))?.toString('utf8') ?? '', windowLineSchema);
}
