import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { z } from 'zod';

import { cohortDates } from '../../data/schemas/training-config.js';
import { GurukulError } from '../../data/errors.js';
import { ingestManifestSchema } from '../../data/schemas/ingest.js';
import { readJsonRef } from '../../data/store/file-refs.js';
import { writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import type { Python } from './python.js';
import type { SettledRun } from './settled-run.js';

/** A window for the peers: the stored bars of a symbol, and dates. */
export interface PeerWindow {
  readonly file: string;
  readonly start: string;
  readonly end: string;
}

/** Speed of a peer. */
export interface PeerSpeed {
  readonly processes: number;
  readonly windows: number;
  /** Start of the programs including imports, if it is measured separately; then it is not part of `seconds`. */
  readonly startSeconds: number;
  readonly seconds: number;
  /** Processor time of `seconds`, of all processes; null where it is not measured. */
  readonly cpuSeconds: number | null;
}

const fitsSchema = z.object({
  fits: z.number(),
  beforeSeconds: z.number(),
  seconds: z.number(),
  cpuSeconds: z.number(),
});

/** Every window of a run on its stored bars, by cohort, then symbol. */
export async function peerWindows(home: Home, run: SettledRun): Promise<PeerWindow[]> {
  const { series } = await readJsonRef(home, run.ingest, ingestManifestSchema);
  const files = series.flatMap(({ ref }) => (ref === null ? [] : [home.absolute(ref.uri)]));
  return run.cohorts.flatMap(({ id }) => {
    const { start, end } = cohortDates(id);
    return files.map((file) => ({ file, start, end }));
  });
}

/** One Python process per window, with some at once. */
export async function processPerWindow(
  python: Python,
  windows: readonly PeerWindow[],
  processes: number,
  folder: string,
): Promise<PeerSpeed> {
  await mkdir(folder, { recursive: true });
  const waiting = windows.entries();
  const started = performance.now();
  const lane = async (): Promise<void> => {
    for (const [index, { file, start, end }] of waiting)
      await python.script('window_process.py', file, start, end, path.join(folder, `${index}.txt`));
  };
  await Promise.all(Array.from({ length: processes }, lane));
  const seconds = secondsSince(started);
  return { processes, windows: windows.length, startSeconds: 0, seconds, cpuSeconds: null };
}

/**
 * All windows in one Python program that reads the bars once, on some processes.
 *
 * @param before Windows that it fits first to warm up; they are not measured.
 */
export async function inProcess(
  python: Python,
  windows: readonly PeerWindow[],
  before: readonly PeerWindow[],
  processes: number,
  folder: string,
): Promise<PeerSpeed> {
  await mkdir(folder, { recursive: true });
  const task = path.join(folder, 'task.json');
  await writeJson(task, { windows, before, models: folder });
  const started = performance.now();
  const printed = await python.script('in_process.py', task, String(processes));
  const whole = secondsSince(started);
  const { fits, beforeSeconds, seconds, cpuSeconds } = fitsSchema.parse(
    JSON.parse(printed.split('\n').at(-1) ?? ''),
  );
  if (fits !== windows.length)
    throw new GurukulError('Bug', `the peer fitted ${fits} of ${windows.length} windows`);
  const startSeconds = whole - beforeSeconds - seconds;
  return { processes, windows: windows.length, startSeconds, seconds, cpuSeconds };
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}
