import { expect } from 'chai';

import { explainWindows, mainFeatures } from '../../../../activities/model/teachers/explain-windows.js';
import { featureSwaps } from '../../../../activities/model/teachers/feature-swaps.js';
import type { PriorModel } from '../../../../activities/model/prior/fit-prior.js';
import { fitPriorModel } from '../../../../activities/model/prior/fit-prior.js';
import { teachWindows } from '../../../../activities/model/teachers/teach-windows.js';
import type { TaughtWindow } from '../../../../activities/model/teachers/teach-windows.js';
import type { TrainableWindow } from '../../../../activities/model/teachers/window-batch.js';
import { probabilityWindows } from '../../../../activities/model/teachers/probability-rows.js';
import { departures } from '../../../../activities/model/teachers/window-sums.js';
import { paddedRows } from '../../../../activities/model/teachers/window-batch.js';
import type { WindowOutcome } from '../../../../activities/model/teachers/window-outcome.js';
import { priorRows } from '../../../../activities/market/splits/splits.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { HORIZON, syntheticTable } from '../synthetic-table.js';
import { madeCohort } from './made-cohort.js';
import { NO_CHECKPOINT } from '../paces.js';
import { NOT_EXPOSED, rankPrior } from '../rank-prior.js';
import { collectRows } from '../collect-rows.js';

describe('logits with one feature taken from another row', () => {
  // Labels depend on the first feature, slightly and non-linearly on the second, and not on the others.
  const table = syntheticTable({ symbols: 24, bars: 560 });
  const width = table.names.length;
  const { split, windows } = madeCohort(table);
  let prior: PriorModel;
  let taught: TaughtWindow[];

  async function teach(some: readonly TrainableWindow[]): Promise<TaughtWindow[]> {
    const all = await teachWindows({
      windows: some,
      prior: { probability: prior, score: rankPrior(table) },
      exposed: NOT_EXPOSED,
      split,
      padded: paddedRows(table, split),
      horizon: HORIZON,
      checkpoint: NO_CHECKPOINT,
      onStep: () => undefined,
    });
    return all.filter((teacher) => teacher !== undefined);
  }

  before(async () => {
    await initBackend();
    const rows = collectRows(table, (symbol) => priorRows(symbol, split.validationStart));
    prior = await fitPriorModel({
      rows,
      select: rows.row.length,
      seed: ['prior'],
      checkpoint: NO_CHECKPOINT,
      onStep: () => undefined,
    });
    taught = await teach(windows);
  });

  const outcomesOf = (places: readonly number[]): WindowOutcome[] =>
    places.flatMap((place) => {
      const [window, teacher] = [windows[place], taught[place]];
      return window === undefined || teacher === undefined
        ? []
        : [{ symbol: window.table.symbol, label: `${window.table.symbol}_c`, window, teacher }];
    });
  const all = windows.map((_, place) => place);

  const slopesOf = ({ probability: { early } }: TaughtWindow): { scale: number; relative: number } => ({
    scale: 1 + (early[1] ?? NaN),
    relative: 1 + (early[2] ?? NaN),
  });

  it('equal the logits of a table with that feature replaced', () => {
    const [window, teacher] = [windows[3], taught[3]];
    if (window === undefined || teacher === undefined) throw new Error('no window');
    const { validation } = window.rows;
    const { untouched, logits, dispose } = featureSwaps(prior, table.relativeColumns, [
      {
        table: window.table,
        rows: window.rows.validation,
        logits: teacher.probability.validation,
        slopes: slopesOf(teacher),
      },
    ]);
    expect(untouched).to.deep.equal(teacher.probability.validation);
    const source = Int32Array.from(validation, (_, row) => (7 * row + 3) % validation.length);
    for (let feature = 0; feature < width; feature += 1) {
      const [features, relative] = [window.table.features.slice(), window.table.relative.slice()];
      validation.forEach((row, at) => {
        const from = (validation[source[at] ?? -1] ?? -1) * width + feature;
        features[row * width + feature] = window.table.features[from] ?? NaN;
        relative[row * width + feature] = window.table.relative[from] ?? NaN;
      });
      const changed = { ...window, table: { ...window.table, features, relative } };
      const [other] = probabilityWindows(prior, [changed], paddedRows(table, split));
      if (other === undefined) throw new Error('no window');
      const added = departures(other.validation, teacher.probability.early);
      logits(feature, source).forEach((logit, row) => {
        const expected = (other.validation.prior[row] ?? NaN) + (added[row] ?? NaN);
        expect(logit).to.be.closeTo(expected, 1e-4);
        if (feature === 0 && source[row] !== row) expect(logit).not.to.equal(untouched[row]);
      });
    }
    dispose();
  });

  it('equal the original logits when every row keeps its own value', () => {
    const judged = windows.map((window, place) => ({
      table: window.table,
      rows: window.rows.validation,
      logits: taught[place]?.probability.validation ?? new Float64Array(0),
      slopes: { scale: 1, relative: 1 },
    }));
    const { untouched, logits, dispose } = featureSwaps(prior, table.relativeColumns, judged);
    expect(
      logits(
        0,
        Int32Array.from(untouched, (_, row) => row),
      ),
    ).to.deep.equal(untouched);
    dispose();
  });

  it('show importance for features that labels depend on, and none for others', () => {
    const { features, windows: explained } = explainWindows(table, prior, outcomesOf(all), 7);
    expect(features).to.deep.equal(table.names);
    expect(explained).to.have.length(24);
    const means = features.map(
      (_, feature) => explained.reduce((sum, { losses }) => sum + (losses[feature] ?? NaN), 0) / 24e6,
    );
    expect(means[0]).to.be.above(0.1);
    for (const mean of means.slice(2)) expect(Math.abs(mean)).to.be.below(0.02);
  });

  it('depend neither on other windows nor on their order', () => {
    const together = explainWindows(table, prior, outcomesOf(all), 7).windows;
    const separate = [...all].reverse().flatMap((place) => {
      return explainWindows(table, prior, outcomesOf([place]), 7).windows;
    });
    expect(separate.reverse()).to.deep.equal(together);
  });

  it('skip windows that failed or have no validation rows', () => {
    const [first] = outcomesOf([0]);
    if (first === undefined || first.failure !== undefined) throw new Error('no window');
    const { window, teacher } = first;
    const empty = {
      ...first,
      window: { ...window, rows: { ...window.rows, validation: new Int32Array(0) } },
      teacher: { ...teacher, probability: { ...teacher.probability, validation: new Float64Array(0) } },
    };
    const failed = { symbol: 'S', label: 'S_c', failure: { error: 'Diverged', message: '' } } as const;
    expect(explainWindows(table, prior, [empty, failed], 7).windows).to.deep.equal([]);
  });

  it('name the five most important features of a window, and none without a loss', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    expect(mainFeatures(names, [10, 0, 70, 20, 30, 50, 40]).map(({ feature }) => feature)).to.deep.equal([
      ...['c', 'f', 'g', 'e', 'd'],
    ]);
    expect(mainFeatures(names, [0, -5, 2_000, 0, 0, 0, 0])).to.deep.equal([
      { feature: 'c', lossRise: 0.002 },
    ]);
  });
});
