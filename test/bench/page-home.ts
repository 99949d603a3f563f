import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';

import { planSchema, windowLabel } from '../../data/schemas/plan.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { telemetryLineSchema } from '../../data/schemas/telemetry-line.js';
import { TELEMETRY_VERSION } from '../../data/schemas/telemetry.js';
import { writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { appendJsonLines } from '../../data/store/json-lines.js';
import { telemetryFileLimit } from '../../data/store/telemetry-files.js';
import { runStatus } from '../support/run-status.js';

const SYMBOLS = 100;
const DAY_MS = 86_400_000;
const BEGUN = Date.UTC(2024, 0, 1);
/** Lines that are written at once. */
const TOGETHER = 5_000;

/** A run of this many windows and lines of telemetry, as files have it. */
export interface LargeRun {
  readonly runId: string;
  readonly windows: number;
  readonly lines: number;
}

/** Leaves a run in the home that trains: its plan, its status and its telemetry, of which each line is of the schema. */
export async function leaveLargeRun(home: Home, { runId, windows, lines }: LargeRun): Promise<void> {
  const cohorts = Array.from({ length: Math.ceil(windows / SYMBOLS) }, (_, at) => {
    const [start, end] = [day(at), day(at + 1)];
    const symbols = Array.from({ length: SYMBOLS }, (_symbol, n) => symbolName(n));
    return { id: `${start}_to_${end}`, start, end, shards: [symbols] };
  });
  await writeJson(home.runInput(runId), runInputSchema.parse({ runId }));
  await writeJson(
    home.plan(runId),
    planSchema.parse({
      ...{ windows, trainable: windows, skipped: {}, failed: {}, cohorts, shards: cohorts.length },
      items: cohorts.flatMap(({ start, end }) =>
        Array.from({ length: SYMBOLS }, (_, n) => ({
          ...{
            symbol: symbolName(n),
            start,
            end,
            status: 'trainable',
            reason: null,
            detail: null,
            bars: 120,
          },
        })),
      ),
    }),
  );
  const counts = { planned: windows, succeeded: windows, skipped: 0, failed: 0 };
  await writeJson(home.status(runId), runStatus(runId, { phase: 'teach', windows: counts }));
  const at = new Date(BEGUN).toISOString();
  appendJsonLines(
    home.teacherRuns(runId),
    cohorts.flatMap(({ id, start, end, shards }) =>
      shards.flat().map((symbol) => ({
        ...{ at, unit: id, symbol, window: windowLabel(symbol, start, end) },
        ...{ status: 'succeeded', error: null, message: null },
      })),
    ),
  );
  writeLines(home, runId, windows, lines);
}

function writeLines(home: Home, runId: string, windows: number, lines: number): void {
  mkdirSync(home.telemetryDir(), { recursive: true });
  let [file, bytes] = [0, 0];
  let descriptor = openSync(home.telemetry(runId), 'a');
  try {
    for (let from = 0; from < lines; from += TOGETHER) {
      let text = '';
      for (let n = from; n < Math.min(lines, from + TOGETHER); n += 1) {
        const line = lineOf(runId, n, windows);
        if (n % 997 === 0) telemetryLineSchema.parse(line);
        text += `${JSON.stringify(line)}\n`;
      }
      bytes += writeSync(descriptor, text);
      if (bytes < telemetryFileLimit()) continue;
      closeSync(descriptor);
      [file, bytes] = [file + 1, 0];
      descriptor = openSync(home.telemetry(runId, file), 'a');
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Ten of eleven lines are windows, of which the later ones come again and again. */
function lineOf(runId: string, n: number, windows: number): object {
  const at = new Date(BEGUN + n * 40).toISOString();
  const base = { v: TELEMETRY_VERSION, at, run: runId };
  const attempt = { attempt: 1 + (n % 3), duration: 900 + (n % 700), reused: false };
  const window = Math.floor(n / 11) % windows;
  const cohort = Math.floor(window / SYMBOLS);
  const [start, end] = [day(cohort), day(cohort + 1)];
  if (n % 11 === 0) {
    const figures = {
      windows: SYMBOLS,
      succeeded: SYMBOLS,
      failedBy: {},
      rows: 9_000,
      loss: 0.69 + (n % 10) / 100,
    };
    const id = { id: `shard/real/${cohort}/${n}`, cohort: `${start}_to_${end}`, arm: 'real', shard: 0 };
    return { ...base, event: 'shard', ...id, ...figures, ...attempt };
  }
  const symbol = symbolName((window + n) % SYMBOLS);
  const label = windowLabel(symbol, start, end);
  const identity = { id: `window_end/${n}/${label}`, unit: String(n), window: label, symbol, start, end };
  const failed = n % 97 === 0;
  const came = {
    status: failed ? 'failed' : 'succeeded',
    ...{
      reason: failed ? 'Diverged' : null,
      error: failed ? 'Diverged' : null,
      message: failed ? 'loss is NaN' : null,
    },
    ...{ rows: failed ? null : 90, loss: failed ? null : 0.68 + (n % 31) / 1_000 },
  };
  return { ...base, event: 'window', ...identity, ...came, ...attempt };
}

function symbolName(n: number): string {
  return `SYM${String(n).padStart(3, '0')}`;
}

function day(at: number): string {
  return new Date(Date.UTC(2000, 0, 1) + at * 30 * DAY_MS).toISOString().slice(0, 10);
}
