import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import type { FileRef } from '../../data/schemas/file-ref.js';
import { planSchema, windowLabel } from '../../data/schemas/plan.js';
import type { TeachIndex } from '../../data/schemas/teach-index.js';
import { teachIndexSchema } from '../../data/schemas/teach-index.js';
import { canonicalJson } from '../../data/store/digests.js';
import { readJsonRef, readRef } from '../../data/store/file-refs.js';
import { readJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { telemetryFiles } from '../../data/store/telemetry-files.js';
import { parseJsonLines } from '../../data/store/json-lines.js';
import { unitManifestSchema } from '../../data/store/units.js';

/** A run's files, compared with its plan, its manifests and an undisturbed run. */
export interface RunAccount {
  /** Trainable windows of the plan that no sealed unit contains. */
  readonly windowsLost: readonly string[];
  /** Units whose completed training is recorded more than once. */
  readonly trainedTwice: readonly string[];
  /** Missing events and window lines. */
  readonly linesLost: readonly string[];
  /** Events with one id and different facts, and duplicate window lines. */
  readonly linesDoubled: readonly string[];
  /** Number of repeated events with the same id and facts, from retried activities. */
  readonly linesRepeated: number;
}

const eventSchema = z.looseObject({ id: z.string(), event: z.string() });
type Event = z.output<typeof eventSchema>;
const lineSchema = z.looseObject({ window: z.string(), unit: z.string().optional() });
type WindowLine = z.output<typeof lineSchema>;

/** Facts of an attempt or of the home, not of the run. */
const OF_THE_ATTEMPT: ReadonlySet<string> = new Set(['at', 'run', 'attempt', 'duration', 'reused', 'new']);
const NOTHING: TeachIndex = { real: [], placebo: [], students: [], placeboStudents: [], priors: [] };

/**
 * Checks a run by its files alone.
 *
 * @param undisturbed Id of an undisturbed run of the same input.
 */
export async function accountOf(home: Home, run: string, undisturbed: string): Promise<RunAccount> {
  const index = (await readJson(home.teachIndex(run), teachIndexSchema)) ?? NOTHING;
  const taught = await windowsOf(home, index.real);
  const recorded = await eventsById(home, run);
  const expected = await eventsById(home, undisturbed);
  const teachers = await compareLines(home.teacherRuns(run), taught);
  const students = await compareLines(home.studentRuns(run), await windowsOf(home, index.students));
  return {
    windowsLost: await windowsLost(home, undisturbed, taught),
    trainedTwice: [...recorded].filter(([, events]) => trainings(events) > 1).map(([id]) => id),
    linesLost: [
      ...[...expected.keys()].filter((id) => !recorded.has(id)),
      ...teachers.lost.map((line) => `teacher_runs ${line}`),
      ...students.lost.map((line) => `student_runs ${line}`),
    ],
    linesDoubled: [
      ...[...recorded].filter(([id, events]) => disagree(events, expected.get(id))).map(([id]) => id),
      ...teachers.doubled.map((line) => `teacher_runs ${line}`),
      ...students.doubled.map((line) => `student_runs ${line}`),
    ],
    linesRepeated: [...recorded.values()].reduce((sum, events) => sum + events.length - 1, 0),
  };
}

async function windowsLost(
  home: Home,
  undisturbed: string,
  taught: ReadonlyMap<string, string>,
): Promise<string[]> {
  const plan = await readJson(home.plan(undisturbed), planSchema);
  if (plan === undefined) throw new Error(`${undisturbed} has no plan`);
  const there = new Set([...taught.values()]);
  return plan.items
    .filter(({ status }) => status === 'trainable')
    .map(({ symbol, start, end }) => windowLabel(symbol, start, end))
    .filter((label) => !there.has(label));
}

/** Windows of units, by `unit window`. */
async function windowsOf(home: Home, units: readonly FileRef[]): Promise<Map<string, string>> {
  const windows = new Map<string, string>();
  for (const unit of units) {
    const { key, outputs } = await readJsonRef(home, unit, unitManifestSchema);
    const lines = outputs['windows'];
    if (lines === undefined) continue;
    const text = (await readRef(home, lines)).toString('utf8');
    for (const { window } of parseJsonLines(text, lineSchema)) windows.set(`${key} ${window}`, window);
  }
  return windows;
}

/** Compares a run's lines with its units. */
async function compareLines(
  file: string,
  taught: ReadonlyMap<string, string>,
): Promise<{ readonly lost: string[]; readonly doubled: string[] }> {
  const times = new Map<string, number>();
  for (const line of parseJsonLines(await textOf(file), lineSchema))
    times.set(keyOf(line), (times.get(keyOf(line)) ?? 0) + 1);
  return {
    lost: [...taught].filter(([key]) => !times.has(key)).map(([, window]) => window),
    doubled: [...times].filter(([, count]) => count > 1).map(([key]) => key),
  };
}

function keyOf({ unit = '', window }: WindowLine): string {
  return `${unit} ${window}`;
}

async function eventsById(home: Home, run: string): Promise<Map<string, Event[]>> {
  const events = new Map<string, Event[]>();
  for (const { path: file } of await telemetryFiles(home, run))
    for (const event of parseJsonLines(await textOf(file), eventSchema))
      events.set(event.id, [...(events.get(event.id) ?? []), event]);
  return events;
}

function trainings(events: readonly Event[]): number {
  return events.filter((event) => event['reused'] === false).length;
}

/** Whether events with one id have different facts, or other facts than those of the undisturbed run. */
function disagree(events: readonly Event[], expected: readonly Event[] | undefined): boolean {
  return new Set([...events, ...(expected ?? [])].map(factsOf)).size > 1;
}

function factsOf(event: Event): string {
  return canonicalJson(Object.fromEntries(Object.entries(event).filter(([key]) => !OF_THE_ATTEMPT.has(key))));
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
