import { z } from 'zod';

import { GurukulError, errorMessage } from '../../data/errors.js';
import type { Split } from '../../data/predictions/prediction.js';
import type { TeacherLine } from '../../data/schemas/bundle.js';
import { windowLabel } from '../../data/schemas/plan.js';
import { readBundlePlan, readTeachers } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import type { PartialCheck } from './check-figures.js';
import type { Difference } from './differences.js';
import { firstValueDifference } from './differences.js';
import { FILE_OF } from './predicted-rows.js';
import type { RowCheck } from './row-checks.js';
import type { SplitRows } from './taught-rows.js';
import { NO_ROWS, PLANNED, TOLERANCE, TaughtRows, splitKey } from './taught-rows.js';

/** The base rate that a split's rows hold: that of the rows which its teacher was fitted on. */
const BASE_OF = { validation: 'select', forward: 'fit' } as const satisfies Partial<Record<Split, string>>;

const taughtSchema = z.looseObject({
  rows: z.looseObject({ validation: z.int().min(0), forward: z.int().min(0) }),
  baseRate: z.looseObject({ select: z.number(), fit: z.number() }),
  logLoss: z.looseObject({ validation: z.number().nullable(), forward: z.number().nullable() }),
});

/**
 * Compares teachers.jsonl with plan and predictions: every trainable window has a line that says how it ended, exactly
 * the succeeded ones have predictions, and their rows, base rates and log-losses of both splits follow from them.
 *
 * Earlier versions wrote no line for a window whose shard was lost: in a bundle of another program, such windows are
 * unchecked.
 */
export function teachersCheck(files: BundleFiles, sameProgram: boolean): RowCheck<PartialCheck> {
  const taught = new TaughtRows();
  return {
    see: (rows) => taught.see(rows),
    end: () => checkTeachers(files, sameProgram, taught),
  };
}

function checkTeachers(files: BundleFiles, sameProgram: boolean, rows: TaughtRows): PartialCheck {
  const difference = firstDifference(files, rows);
  if (difference !== undefined) return { difference, unchecked: [] };
  const file = BUNDLE.teachers;
  const ended = new Set(readTeachers(files).map(({ window }) => window));
  const silent = [...trainableWindows(files).keys()].filter((window) => !ended.has(window)).sort();
  const [first] = silent;
  if (first === undefined) return { unchecked: [] };
  return sameProgram
    ? { difference: { file, expected: `a line of ${first}`, found: 'no such line' }, unchecked: [] }
    : {
        unchecked: [`${file}: whether the ${silent.length} windows without a line failed, such as ${first}`],
      };
}

function firstDifference(files: BundleFiles, rows: TaughtRows): Difference | undefined {
  const file = BUNDLE.teachers;
  const lines = readTeachers(files);
  const unsorted = lines.find(({ window }, i) => i > 0 && window <= (lines[i - 1]?.window ?? ''));
  if (unsorted !== undefined)
    return { file, expected: 'lines sorted by window, each once', found: `${unsorted.window} out of order` };
  const trainable = new Set(trainableWindows(files).keys());
  const unplanned = lines.find(({ window }) => !trainable.has(window));
  if (unplanned !== undefined)
    return { file, expected: 'only trainable windows of the plan', found: unplanned.window };

  const succeeded = lines.filter(isTaught);
  const taught = new Set(succeeded.map(({ window }) => window));
  for (const model of PLANNED) {
    const allowed = model === 'teacher' ? taught : trainable;
    const other = [...(rows.windows.get(model) ?? [])].find((label) => !allowed.has(label));
    if (other !== undefined) {
      const expected =
        allowed === taught ? `only windows that succeeded in ${file}` : 'only trainable windows';
      return { file: FILE_OF[model], expected, found: other };
    }
  }
  for (const line of succeeded) {
    const difference = lineDifference(line, rows.splits);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Labels of the windows that succeeded, by the id of their cohort. */
export function taughtWindows(files: BundleFiles): ReadonlyMap<string, readonly string[]> {
  const cohorts = trainableWindows(files);
  const taught = new Map<string, string[]>();
  for (const { window } of readTeachers(files).filter(isTaught)) {
    const cohort = cohorts.get(window) ?? window;
    const own = taught.get(cohort);
    if (own === undefined) taught.set(cohort, [window]);
    else own.push(window);
  }
  return taught;
}

function isTaught({ status, error }: TeacherLine): boolean {
  return status !== 'failed' && !error;
}

/** Labels of the plan's trainable windows, with the ids of their cohorts. */
function trainableWindows(files: BundleFiles): ReadonlyMap<string, string> {
  const { items } = readBundlePlan(files);
  return new Map(
    items
      .filter(({ status }) => status === 'trainable')
      .map(({ symbol, start, end }) => [windowLabel(symbol, start, end), `${start}_to_${end}`]),
  );
}

function lineDifference(
  line: TeacherLine,
  predicted: ReadonlyMap<string, SplitRows>,
): Difference | undefined {
  const file = BUNDLE.teachers;
  const { rows, baseRate, logLoss } = parseTaught(line);
  for (const split of ['validation', 'forward'] as const) {
    const base = BASE_OF[split];
    const own = predicted.get(splitKey(line.window, split)) ?? NO_ROWS;
    const difference =
      firstValueDifference(file, own.rows, rows[split], 0, `${line.window} rows.${split}`) ??
      firstValueDifference(
        file,
        own.loss,
        logLoss[split],
        own.tolerance,
        `${line.window} logLoss.${split}`,
      ) ??
      own.baseRates
        .map((rate) =>
          firstValueDifference(file, rate, baseRate[base], TOLERANCE, `${line.window} baseRate.${base}`),
        )
        .find((each) => each !== undefined);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function parseTaught(line: TeacherLine): z.output<typeof taughtSchema> {
  try {
    return taughtSchema.parse(line);
  } catch (error) {
    throw new GurukulError('BadSchema', `${BUNDLE.teachers}: ${line.window}: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
