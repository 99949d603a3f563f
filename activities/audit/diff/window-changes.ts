import { z } from 'zod';

import { teacherLineSchema } from '../../../data/schemas/bundle.js';
import { windowLabel } from '../../../data/schemas/plan.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { parseLines } from '../bundle-facts.js';
import { BUNDLE } from '../bundle-layout.js';
import { windowOutcome } from '../window-outcome.js';
import type { ComparedBundle } from './compared-bundle.js';
import { readJsonOf } from './compared-bundle.js';

/** How a window ended, as `skipped (not_listed)`; `not planned` where a run does not have it. */
type OutcomeText = string;

/** Windows that ended in one way in the first run and in another way in the second. */
interface OutcomeChange {
  readonly before: OutcomeText;
  readonly after: OutcomeText;
  readonly windows: number;
  /** The first few, sorted. */
  readonly examples: readonly string[];
}

/** What differs between the windows of two runs. */
export interface WindowChanges {
  readonly planned: { readonly before: number; readonly after: number; readonly common: number };
  readonly succeeded: { readonly before: number; readonly after: number; readonly common: number };
  /** Most frequent first. */
  readonly outcomes: readonly OutcomeChange[];
  /** Windows of both runs with another number of bars. */
  readonly bars: number;
  /** Windows trained in both runs whose line in teachers.jsonl differs: strength, rows or losses. */
  readonly lines: number;
}

export const NOT_PLANNED: OutcomeText = 'not planned';
const EXAMPLES = 3;

/** What is compared of configs/plan.json, of any version. */
const planSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      symbol: z.string(),
      start: z.string(),
      end: z.string(),
      status: z.enum(['trainable', 'skipped', 'failed']),
      reason: z.string().nullable(),
      bars: z.number(),
    }),
  ),
});

/** A window of one run. */
interface EndedWindow {
  readonly outcome: OutcomeText;
  readonly bars: number;
  /** Canonical JSON of its line in teachers.jsonl; empty without one. */
  readonly line: string;
}

const SUCCEEDED: OutcomeText = 'succeeded';

/** Compares the windows of two bundles. @throws GurukulError BadSchema, ChecksumMismatch */
export async function windowChanges(before: ComparedBundle, after: ComparedBundle): Promise<WindowChanges> {
  return compareWindows(await windowsOf(before), await windowsOf(after));
}

async function windowsOf(bundle: ComparedBundle): Promise<Map<string, EndedWindow>> {
  const { items } = (await readJsonOf(bundle, BUNDLE.plan, planSchema)) ?? { items: [] };
  const lines = parseLines(
    BUNDLE.teachers,
    (await bundle.read(BUNDLE.teachers)) ?? new Uint8Array(0),
    teacherLineSchema,
  );
  const lineOf = new Map(lines.map((line) => [line.window, line]));
  return new Map(
    items.map((item) => {
      const label = windowLabel(item.symbol, item.start, item.end);
      const line = lineOf.get(label);
      const { status, reason } = windowOutcome(item, line);
      return [
        label,
        {
          outcome: reason === '' ? status : `${status} (${reason})`,
          bars: item.bars,
          line: line === undefined ? '' : canonicalJson(line),
        },
      ];
    }),
  );
}

/** Compares windows by their labels. */
export function compareWindows(
  before: ReadonlyMap<string, EndedWindow>,
  after: ReadonlyMap<string, EndedWindow>,
): WindowChanges {
  const changes = new Map<string, { before: string; after: string; windows: string[] }>();
  let [common, trained, bars, lines] = [0, 0, 0, 0];
  for (const label of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [was, is] = [before.get(label), after.get(label)];
    if (was !== undefined && is !== undefined) {
      common += 1;
      if (was.bars !== is.bars) bars += 1;
      if (was.outcome === SUCCEEDED && is.outcome === SUCCEEDED) {
        trained += 1;
        if (was.line !== is.line) lines += 1;
      }
    }
    const [had, has] = [was?.outcome ?? NOT_PLANNED, is?.outcome ?? NOT_PLANNED];
    if (had === has) continue;
    const key = canonicalJson([had, has]);
    const known = changes.get(key) ?? { before: had, after: has, windows: [] };
    known.windows.push(label);
    changes.set(key, known);
  }
  const succeeded = (of: ReadonlyMap<string, EndedWindow>): number =>
    [...of.values()].filter(({ outcome }) => outcome === SUCCEEDED).length;
  return {
    planned: { before: before.size, after: after.size, common },
    succeeded: { before: succeeded(before), after: succeeded(after), common: trained },
    outcomes: [...changes.values()]
      .map((change) => ({
        before: change.before,
        after: change.after,
        windows: change.windows.length,
        examples: change.windows.slice(0, EXAMPLES),
      }))
      .sort((a, b) => b.windows - a.windows || ((a.examples[0] ?? '') < (b.examples[0] ?? '') ? -1 : 1)),
    bars,
    lines,
  };
}
