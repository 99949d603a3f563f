import type { Predictions } from '../../data/predictions/prediction.js';
import { emptyPredictions } from '../../data/predictions/prediction.js';
import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import type { PlanItem } from '../../data/schemas/plan.js';
import { windowLabel } from '../../data/schemas/plan.js';
import { readBundlePlan, readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import type { Difference } from './differences.js';
import type { PredictedRows } from './predicted-rows.js';
import { FILE_OF } from './predicted-rows.js';
import type { RowCheck } from './row-checks.js';

/** Models in the order in which a fault is named. */
const PLACED = ['teacher', 'placebo', 'permuted', 'studentPlacebo', 'student'] as const;
type PlacedModel = (typeof PLACED)[number];

/**
 * Finds the first predicted row outside the period of its split: rows out of fold are before the end of their window,
 * validation rows inside it, forward rows after it and before the run's end. Students have no rows out of fold.
 */
export class RowPeriods implements RowCheck<Difference | undefined> {
  readonly #end: string;
  readonly #windows: ReadonlyMap<string, PlanItem>;
  readonly #seen = new Map<PlacedModel, number>();
  readonly #found = new Map<PlacedModel, Difference>();

  constructor(files: BundleFiles) {
    this.#end = readJsonFile(files, BUNDLE.config, bundleConfigSchema).to;
    const { items } = readBundlePlan(files);
    this.#windows = new Map(items.map((item) => [windowLabel(item.symbol, item.start, item.end), item]));
  }

  see(rows: PredictedRows): void {
    for (const model of PLACED) {
      const own = rows[model] ?? emptyPredictions();
      const before = this.#seen.get(model) ?? 0;
      this.#seen.set(model, before + own.symbol.length);
      if (this.#found.has(model)) continue;
      const isStudent = model === 'student' || model === 'studentPlacebo';
      const found = (isStudent ? outOfFold(own, before) : undefined) ?? this.#misplaced(own, before);
      if (found !== undefined) this.#found.set(model, { file: FILE_OF[model], ...found });
    }
  }

  end(): Difference | undefined {
    return PLACED.map((model) => this.#found.get(model)).find((found) => found !== undefined);
  }

  #misplaced(
    { window, date, split, symbol }: Predictions,
    before: number,
  ): Omit<Difference, 'file'> | undefined {
    const row = window.findIndex((label, i) => {
      const item = this.#windows.get(label);
      const day = (date[i] ?? '').slice(0, 10);
      if (item === undefined || item.symbol !== symbol[i]) return true;
      if (split[i] === 'forward') return day < item.end || day >= this.#end;
      return day >= item.end || (split[i] === 'validation' && day < item.start);
    });
    if (row === -1) return undefined;
    return {
      expected: `row ${before + row + 1} to be ${split[row]} of ${window[row]}`,
      found: `${symbol[row]} on ${date[row]}`,
    };
  }
}

/** No figure is computed from such rows of a student. */
function outOfFold({ split }: Predictions, before: number): Omit<Difference, 'file'> | undefined {
  const row = split.indexOf('out_of_fold');
  return row === -1
    ? undefined
    : {
        expected: 'only validation and forward rows of a student',
        found: `out_of_fold in row ${before + row + 1}`,
      };
}
