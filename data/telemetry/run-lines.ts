import path from 'node:path';

import { z } from 'zod';

import { ERROR_POLICIES, isErrorType } from '../errors.js';
import type { FileRef } from '../schemas/file-ref.js';
import type { Plan } from '../schemas/plan.js';
import { windowLabel } from '../schemas/plan.js';
import { readJsonRef, readRef } from '../store/file-refs.js';
import { readJson, readSlice, fileSize, writeJson } from '../store/files.js';
import { appendJsonLines, parseJsonLines } from '../store/json-lines.js';
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

/** Windows whose end is known at one time, and of which nothing else writes. */
export interface EndedWindows {
  /** Names the lines, each as their `unit`: a unit's key, or where else their end is known from. */
  readonly unit: string;
  /** File that says where the lines stand. */
  readonly note: string;
  readonly lines: readonly WindowLine[];
}

/**
 * Adds a unit's windows to a run's `teacher_runs.jsonl` or `student_runs.jsonl`, one line a window.
 * Windows that had nothing to train on count as skipped there, as they do everywhere.
 *
 * @param manifest Manifest of a unit with an output `windows` (JSON lines).
 */
export async function addRunLines(home: Home, file: string, manifest: FileRef): Promise<void> {
  const { key, outputs } = await readJsonRef(home, manifest, unitManifestSchema);
  const windows = outputs['windows'];
  if (windows === undefined) return;
  const text = (await readRef(home, windows)).toString('utf8');
  await addEndedWindows(file, {
    unit: key,
    note: runLinesNote(home, manifest),
    lines: parseJsonLines(text, windowLineSchema).map(asSkipped),
  });
}

/** File that says where the lines of a unit's windows stand, beside the unit. */
export function runLinesNote(home: Home, manifest: FileRef): string {
  return path.join(path.dirname(home.absolute(manifest.uri)), 'told.json');
}

/** Adds the windows that are not trained to a run's `teacher_runs.jsonl`, each with its reason, as the plan has them. */
export async function addPlanLines(home: Home, runId: string, { items }: Plan): Promise<void> {
  const lines = items
    .filter(({ status }) => status !== 'trainable')
    .map(({ symbol, start, end, status, reason, detail }) => ({
      symbol,
      window: windowLabel(symbol, start, end),
      status,
      reason,
      error: status === 'failed' ? reason : null,
      message: detail,
    }));
  await addEndedWindows(home.teacherRuns(runId), { unit: 'plan', note: home.planLines(runId), lines });
}

/**
 * Adds lines of windows, each once: windows that are added again (an activity retried after its work was
 * done) add nothing, except those that have come out otherwise since. The note is written before the lines,
 * so that what a kill leaves is found.
 */
export async function addEndedWindows(file: string, { unit, note, lines }: EndedWindows): Promise<void> {
  const { from, until } = (await readJson(note, placeSchema)) ?? { from: Infinity, until: null };
  // A file that was lost begins again.
  const place: Place = { from: Math.min(from, await fileSize(file)), until };
  const known = new Set((await linesAt(file, place)).map((line) => identity(String(line['unit']), line)));
  const at = new Date().toISOString();
  const added = lines
    .filter((line) => !known.has(identity(unit, line)))
    .map((line) => ({ at, unit, ...line }));
  if (added.length === 0 && place.until !== null) return;
  await writeJson(note, { ...place, until: null } satisfies Place);
  appendJsonLines(file, added);
  await writeJson(note, { ...place, until: await fileSize(file) } satisfies Place);
}

/** A window without rows to train on is no failure, but the line of its unit calls it one. */
function asSkipped(line: WindowLine): WindowLine {
  const { error } = line;
  if (line.status !== 'failed' || !isErrorType(error) || ERROR_POLICIES[error].outcome !== 'skip')
    return line;
  return { ...line, status: 'skipped', reason: 'insufficient_data' };
}

async function linesAt(file: string, { from, until }: Place): Promise<WindowLine[]> {
  const slice = await readSlice(file, from, until ?? undefined);
  return parseJsonLines(slice.toString('utf8'), windowLineSchema);
}

function identity(unit: string, { window, status, reason }: WindowLine): string {
  return [unit, window, status ?? '', ...(typeof reason === 'string' ? [reason] : [])].join(' ');
}
