import { z } from 'zod';

import { GurukulError, errorMessage } from '../../data/errors.js';
import { exp } from '../../data/math/exp.js';
import { log } from '../../data/math/log.js';
import type { Predictions, Split } from '../../data/predictions/prediction.js';
import type { TeacherLine } from '../../data/schemas/bundle.js';
import { windowLabel } from '../../data/schemas/plan.js';
import { PROBABILITY_EPSILON, rowLogLoss } from '../stats/log-loss.js';
import { mean } from '../stats/moments.js';
import { readBundlePlan, readPredictionSets, readTeachers } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import type { PartialCheck } from './check-figures.js';
import type { Difference } from './differences.js';
import { firstValueDifference } from './differences.js';

/** Probabilities are rounded once more than the logits that the trainer computes its losses from. */
const TOLERANCE = 1e-9;

/** The loss of a probability at its clip, less what rounding makes of it. */
const CLIPPED = -log(2 * PROBABILITY_EPSILON);

/** The base rate that a split's rows hold: that of the rows which its teacher was fitted on. */
const BASE_OF = { validation: 'select', forward: 'fit' } as const satisfies Partial<Record<Split, string>>;

const taughtSchema = z.looseObject({
  rows: z.looseObject({ validation: z.int().min(0), forward: z.int().min(0) }),
  baseRate: z.looseObject({ select: z.number(), fit: z.number() }),
  logLoss: z.looseObject({ validation: z.number().nullable(), forward: z.number().nullable() }),
});

/** What the predictions say about one split of a window. */
interface SplitRows {
  readonly losses: number[];
  readonly baseRates: Set<number>;
}

/**
 * Compares teachers.jsonl with plan and predictions: every trainable window has a line that says how it ended, exactly
 * the succeeded ones have predictions, and their rows, base rates and log-losses of both splits follow from them.
 *
 * Earlier versions wrote no line for a window whose shard was lost: in a bundle of another program, such windows are
 * unchecked.
 */
export async function checkTeachers(files: BundleFiles, sameProgram: boolean): Promise<PartialCheck> {
  const difference = await firstDifference(files);
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

async function firstDifference(files: BundleFiles): Promise<Difference | undefined> {
  const file = BUNDLE.teachers;
  const lines = readTeachers(files);
  const unsorted = lines.find(({ window }, i) => i > 0 && window <= (lines[i - 1]?.window ?? ''));
  if (unsorted !== undefined)
    return { file, expected: 'lines sorted by window, each once', found: `${unsorted.window} out of order` };
  const trainable = new Set(trainableWindows(files).keys());
  const unplanned = lines.find(({ window }) => !trainable.has(window));
  if (unplanned !== undefined)
    return { file, expected: 'only trainable windows of the plan', found: unplanned.window };

  const { teacher, student, placebo, permuted } = await readPredictionSets(files);
  const succeeded = lines.filter(isTaught);
  const taught = new Set(succeeded.map(({ window }) => window));
  for (const [name, { window }, allowed] of [
    [BUNDLE.predictions, teacher, taught],
    [BUNDLE.placebo, placebo, trainable],
    ...(permuted === undefined ? [] : [[BUNDLE.placebo, permuted, trainable] as const]),
    [BUNDLE.student, student, trainable],
  ] as const) {
    const other = window.find((label) => !allowed.has(label));
    if (other !== undefined) {
      const expected =
        allowed === taught ? `only windows that succeeded in ${file}` : 'only trainable windows';
      return { file: name, expected, found: other };
    }
  }
  const predicted = bySplit(teacher);
  for (const line of succeeded) {
    const difference = lineDifference(line, predicted);
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
    taught.set(cohort, [...(taught.get(cohort) ?? []), window]);
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
    const { losses, baseRates } = predicted.get(keyOf(line.window, split)) ?? none();
    const loss = mean(losses);
    const tolerance = losses.length === 0 ? 0 : TOLERANCE + (mean(losses.map(roundingOf)) ?? 0);
    const difference =
      firstValueDifference(file, losses.length, rows[split], 0, `${line.window} rows.${split}`) ??
      firstValueDifference(file, loss, logLoss[split], tolerance, `${line.window} logLoss.${split}`) ??
      [...baseRates]
        .map((rate) =>
          firstValueDifference(file, rate, baseRate[base], TOLERANCE, `${line.window} baseRate.${base}`),
        )
        .find((each) => each !== undefined);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/**
 * How far a row's loss may be from that of its logit. Near 1 a probability has few digits left for 1 − p: the error
 * of p, 2⁻⁵³, is one of 2⁻⁵³ / (1 − p) in the loss. A clipped loss says only that the loss is large.
 */
function roundingOf(loss: number): number {
  return loss >= CLIPPED ? Infinity : Number.EPSILON * exp(loss);
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

function bySplit({ window, split, probability, label, baseRate }: Predictions): Map<string, SplitRows> {
  const rows = new Map<string, SplitRows>();
  for (const [row, name] of window.entries()) {
    const key = keyOf(name, split[row] ?? 'forward');
    const own = rows.get(key) ?? none();
    own.losses.push(rowLogLoss(probability[row] ?? NaN, label[row] ?? NaN));
    own.baseRates.add(baseRate[row] ?? NaN);
    rows.set(key, own);
  }
  return rows;
}

function none(): SplitRows {
  return { losses: [], baseRates: new Set() };
}

function keyOf(window: string, split: Split): string {
  return `${window} ${split}`;
}
