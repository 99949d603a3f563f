import { KeySet } from '../../data/predictions/key-set.js';
import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import type { OutcomeRows } from '../../data/predictions/outcomes.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import { emptyPredictions } from '../../data/predictions/prediction.js';
import type { RowKeys } from '../../data/predictions/row-keys.js';
import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import { findRowOf } from '../figures/market-rows.js';
import { readJsonFile } from './bundle-facts.js';
import type { BundleFiles } from './bundle-layout.js';
import { BUNDLE } from './bundle-layout.js';
import { readMarket } from './bundle-market.js';
import type { Difference } from './differences.js';
import type { PredictedRows } from './predicted-rows.js';
import { FILE_OF } from './predicted-rows.js';

/** Tolerance of a label's return when another program made the bundle. */
const TOLERANCE = 1e-9;

/** Models after which sets of rows are named, in the order in which a fault is named. */
const NAMED = ['teacher', 'placebo', 'student'] as const;
type Named = (typeof NAMED)[number];

/** Models with the outcomes on their bars, in the order in which a fault is named. */
const ON_BARS = [
  ['teacher', BUNDLE.outcomes],
  ['student', BUNDLE.outcomes],
  ['permuted', BUNDLE.outcomes],
  ['placebo', BUNDLE.placeboOutcomes],
] as const;
type OnBars = (typeof ON_BARS)[number][0];

/** The return of a row's label in the outcomes, NaN where it has none. */
type FindReturn = (symbol: string, date: string) => number;

/** What the market's files are compared with, of the predictions. */
export class MarketedRows {
  /** Symbols and dates that were predicted, and those on placebo bars. */
  readonly keys = new KeySet();
  readonly placeboKeys = new KeySet();
  readonly #tolerance: number;
  readonly #otherModel = new Map<Named, Difference>();
  readonly #otherReturn = new Map<OnBars, Difference>();
  #returns: Promise<ReadonlyMap<string, FindReturn>> | undefined;

  constructor(
    private readonly files: BundleFiles,
    sameProgram: boolean,
  ) {
    this.#tolerance = sameProgram ? 0 : TOLERANCE;
  }

  async see(rows: PredictedRows): Promise<void> {
    for (const name of NAMED) {
      const other = rows[name].model.find((found) => found !== name);
      if (other !== undefined && !this.#otherModel.has(name))
        this.#otherModel.set(name, { file: FILE_OF[name], expected: `rows of the ${name}`, found: other });
    }
    this.placeboKeys.add(rows.placebo);
    for (const [model] of ON_BARS) this.keys.add(rows[model] ?? emptyPredictions());
    const returns = await (this.#returns ??= this.#readReturns());
    for (const [model, file] of ON_BARS) {
      const [own, find] = [rows[model], returns.get(file)];
      if (own === undefined || find === undefined || this.#otherReturn.has(model)) continue;
      const found = this.#otherReturnOf(own, find);
      if (found !== undefined) this.#otherReturn.set(model, { file, ...found });
    }
  }

  /** The first file with rows of another model. */
  firstOtherModel(): Difference | undefined {
    return NAMED.map((name) => this.#otherModel.get(name)).find((found) => found !== undefined);
  }

  /** The first row whose label has another return than its outcome. */
  firstOtherReturn(): Difference | undefined {
    return ON_BARS.map(([model]) => this.#otherReturn.get(model)).find((found) => found !== undefined);
  }

  /** By file; none where labels have barriers, or a horizon that outcomes do not have. */
  async #readReturns(): Promise<ReadonlyMap<string, FindReturn>> {
    const market = await readMarket(this.files);
    const { label, horizon } = readJsonFile(this.files, BUNDLE.config, bundleConfigSchema);
    const at = OUTCOME_HORIZONS.findIndex((bars) => bars === horizon);
    if (market === undefined || label !== 'horizon' || at === -1) return new Map();
    return new Map([
      [BUNDLE.outcomes, returnsOf(market.outcomes, at)],
      [BUNDLE.placeboOutcomes, returnsOf(market.placebo, at)],
    ]);
  }

  #otherReturnOf(
    { symbol, date, forwardReturn }: Predictions,
    find: FindReturn,
  ): Omit<Difference, 'file'> | undefined {
    const { horizon } = readJsonFile(this.files, BUNDLE.config, bundleConfigSchema);
    for (const [row, expected] of forwardReturn.entries()) {
      const found = find(symbol[row] ?? '', date[row] ?? '');
      if (!(Math.abs(expected - found) <= this.#tolerance))
        return {
          expected: `${keyText({ symbol, date }, row)} to have return_${horizon} ${expected}, its forward_return`,
          found: `${found}`,
        };
    }
    return undefined;
  }
}

function returnsOf(rows: OutcomeRows, horizon: number): FindReturn {
  const [find, column] = [findRowOf(rows), rows.returns[horizon] ?? []];
  return (symbol, date) => {
    const row = find(symbol, date);
    return row === undefined ? NaN : (column[row] ?? NaN);
  };
}

/** A row's symbol and date in words. */
export function keyText({ symbol, date }: RowKeys, row: number): string {
  return row < symbol.length ? `${symbol[row] ?? ''} on ${date[row] ?? ''}` : 'no row';
}
