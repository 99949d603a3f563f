import { expect } from 'chai';

import type { RankFit, RankStep } from '../../../../activities/model/ranking/fit-rank-model.js';
import { fitRankModel } from '../../../../activities/model/ranking/fit-rank-model.js';
import { PRIOR_WEIGHT } from '../../../../activities/model/ranking/rank-basis.js';
import { BLENDS, DEFAULT_CANDIDATE, RANK_GRID } from '../../../../activities/model/ranking/rank-grid.js';
import type { RankTable } from '../../../../activities/model/ranking/rank-model.js';
import { centredRanks } from '../../../../activities/stats/centred-ranks.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import type { MadeRankTable } from './made-table.js';
import { FIRST_DAY, RANK_NAMES, madeRankTable, madeTask, timeOfBar } from './made-table.js';

const BARS = 400;

async function fit(options: MadeRankTable = {}): Promise<RankFit & { readonly table: RankTable }> {
  const table = madeRankTable({ bars: BARS, ...options });
  return { table, ...(await fitRankModel(table, madeTask(options.bars ?? BARS))) };
}

/** Mean over days, with its standard error, of the rank correlation of out-of-fold score and 1-bar return. */
function outOfFoldIc({ table, tested }: RankFit & { readonly table: RankTable }): {
  mean: number;
  error: number;
} {
  const byDay = new Map<number, [number[], number[]]>();
  tested.score.forEach((score, at) => {
    const [symbol, row] = [table.symbols[tested.symbol[at] ?? -1], tested.row[at] ?? -1];
    const [scores, returns] = byDay.get(row) ?? [[], []];
    scores.push(score);
    returns.push(symbol?.outcomes.returns[0]?.[row] ?? NaN);
    byDay.set(row, [scores, returns]);
  });
  const ics = [...byDay.values()].map(([scores, returns]) => {
    const [a, b] = [centredRanks(scores), centredRanks(returns)];
    const dot = (x: Float64Array, y: Float64Array): number =>
      x.reduce((sum, value, at) => sum + value * (y[at] ?? NaN), 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  });
  const mean = ics.reduce((sum, ic) => sum + ic, 0) / ics.length;
  const variance = ics.reduce((sum, ic) => sum + (ic - mean) ** 2, 0) / (ics.length - 1);
  return { mean, error: Math.sqrt(variance / ics.length) };
}

describe('fitting the rank head', () => {
  before(() => initBackend());

  it('finds a planted linear signal, in the right place', async () => {
    // The correlation of 0.5 · rank with the return is 0.5/√12 / √(1 + 0.25/12): 0.143.
    const found = await fit({ signal: ([, , momentum = 0]) => 0.5 * momentum });
    const { mean, error } = outOfFoldIc(found);
    expect(mean).to.be.within(0.143 - 0.06, 0.143 + 4 * error);
    const { weights } = found.model.trained.fit;
    const momentum = weights[RANK_NAMES.indexOf('momentum_12_1')] ?? NaN;
    expect(Math.max(...weights)).to.equal(momentum);
    // Unshrunk, the mean over four horizons, of which that at 1 bar is 0.143; penalties leave a share of it.
    expect(momentum).to.be.within(0.005, 0.06);
    expect(found.choices.trained.reason).to.equal('validated');
  });

  it('finds a planted product that no linear part can', async () => {
    const found = await fit({
      symbols: 60,
      signal: ([reversal = 0, volume = 0]) => 3 * reversal * volume,
    });
    // 3 · r · s has the deviation 0.25, so the best correlation is 0.24.
    expect(outOfFoldIc(found).mean).to.be.above(0.12);
    const { config } = found.choices.trained.grid[found.choices.trained.chosen] ?? {};
    expect(config?.['nonLinear']).to.be.a('number');
  });

  it('finds a reversal that only a volatile market has', async () => {
    const found = await fit({ symbols: 60, signal: ([reversal = 0], state) => -1 * reversal * state });
    expect(outOfFoldIc(found).mean).to.be.above(0.06);
  });

  it('finds nothing where there is nothing: the mean over seeds is within 4 standard errors of 0', async () => {
    const ics: number[] = [];
    for (let seed = 100; seed < 106; seed += 1) ics.push(outOfFoldIc(await fit({ seed })).mean);
    const mean = ics.reduce((sum, ic) => sum + ic, 0) / ics.length;
    // 30 symbols and 240 tested days: a day's correlation has the deviation 1/√29.
    const error = 1 / Math.sqrt(29 * 240 * ics.length);
    expect(Math.abs(mean)).to.be.below(4 * error);
  });

  it('fits and chooses for permuted targets on its own, and finds nothing in them', async () => {
    const found = await fit({ signal: ([, , momentum = 0]) => momentum });
    const { trained, permuted } = found.choices;
    expect(permuted.grid.map(({ figure }) => figure)).to.not.deep.equal(
      trained.grid.map(({ figure }) => figure),
    );
    expect(permuted.reason).to.equal('validated');
    const best = Math.max(...permuted.grid.map(({ figure }) => figure ?? -Infinity));
    expect(Math.abs(best)).to.be.below(0.05);
    // The correlations of the rank with the returns are 0.277 at 1 bar and 0.277/√5 at 5: their mean is 0.2.
    expect(trained.grid[trained.chosen]?.figure).to.be.within(0.15, 0.23);
    const weightOf = (arm: 'trained' | 'permuted'): number =>
      Math.abs(found.model[arm].fit.weights[RANK_NAMES.indexOf('momentum_12_1')] ?? NaN);
    expect(weightOf('permuted')).to.be.below(0.1 * weightOf('trained'));
  });

  it('is the factor sum where there is no past, and takes the declared default', async () => {
    const table = madeRankTable({ bars: 60 });
    const task = { ...madeTask(60), validationStart: timeOfBar(10), end: timeOfBar(15) };
    const { model, choices, tested, returnsByConfig, rows } = await fitRankModel(table, task);
    const expected = RANK_NAMES.map((name) => Math.fround(name === 'factor_sum' ? PRIOR_WEIGHT : 0));
    for (const phase of ['select', 'fit'] as const)
      expect(Array.from(model.trained[phase].weights.subarray(0, RANK_NAMES.length))).to.deep.equal(expected);
    expect(model.trained.select.unit).to.equal(Math.fround(0.001));
    expect([choices.trained.reason, choices.trained.chosen]).to.deep.equal(['default', DEFAULT_CANDIDATE]);
    expect(RANK_GRID[DEFAULT_CANDIDATE]).to.deep.equal({
      linear: 3,
      nonLinear: 3,
      halfLife: Infinity,
      blend: '1+5+10+20',
    });
    expect([tested.score.length, returnsByConfig.figures.length]).to.deep.equal([0, 0]);
    expect(rows).to.deep.equal({ select: 0, fit: 0 });
  });

  it('turns ranks into returns by their slope on the target', async () => {
    const { model, table, choices } = await fit({ symbols: 40, seed: 4 });
    expect(choices.trained.grid[choices.trained.chosen]?.config['halfLife']).to.equal('off');
    const horizons = BLENDS[model.trained.blend];
    const meanOf = (values: readonly (number | undefined)[]): number =>
      values.reduce<number>((sum, value) => sum + (value ?? NaN), 0) / values.length;
    let [products, squares] = [0, 0];
    for (let bar = 0; bar < BARS - 60 - 20; bar += 1) {
      const returns = table.symbols.map(({ outcomes }) =>
        meanOf(horizons.map((horizon) => outcomes.returns[horizon]?.[bar])),
      );
      const market = meanOf(returns);
      table.symbols.forEach(({ targets }, symbol) => {
        const target = meanOf(horizons.map((horizon) => targets[horizon]?.[bar]));
        products += target * ((returns[symbol] ?? NaN) - market);
        squares += target * target;
      });
    }
    expect(model.trained.select.unit).to.be.closeTo(products / squares, 1e-6);
    expect(products / squares).to.be.above(0.02);
  });

  it('reads no target that resolves at the end or later, and no row of another kind', async () => {
    const table = madeRankTable({ bars: BARS, signal: ([, , momentum = 0]) => momentum });
    const task = { ...madeTask(BARS), validationStart: timeOfBar(300), end: timeOfBar(330) };
    const reference = await fitRankModel(table, task);
    const changed: RankTable = {
      ...table,
      symbols: table.symbols.map((symbol) => ({
        ...symbol,
        targets: symbol.targets.map((own, horizon) =>
          own.map((target, bar) =>
            (symbol.outcomes.resolvedAt[horizon]?.[bar] ?? 0) >= task.end ? -target : target,
          ),
        ),
        ranks: symbol.ranks.map((rank, cell) => (cell >= 330 * RANK_NAMES.length ? -rank : rank)),
      })),
    };
    expect(await fitRankModel(changed, task)).to.deep.equal(reference);
    const touched: RankTable = {
      ...changed,
      symbols: changed.symbols.map((symbol) => ({
        ...symbol,
        targets: symbol.targets.map((own) => own.map((target, bar) => (bar === 308 ? -target : target))),
      })),
    };
    // Bar 308 resolves at 328: after the validation part starts, before the cohort ends.
    const later = await fitRankModel(touched, task);
    expect(later.model.trained.select).to.deep.equal(reference.model.trained.select);
    expect(later.choices).to.deep.equal(reference.choices);
    expect(later.model.trained.fit).to.not.deep.equal(reference.model.trained.fit);
    expect(reference.rows).to.deep.equal({ select: 30 * 280, fit: 30 * 310 });
  });

  it('judges candidates at every second time where many rows are tested', async () => {
    const { returnsByConfig, choices, tested } = await fit({ symbols: 80 });
    // 255 sessions of 80 symbols are more than 20,000 rows.
    expect(returnsByConfig.days.every((day) => (day - FIRST_DAY) % 2 === 0)).to.equal(true);
    expect([returnsByConfig.days.length, choices.trained.dates, choices.trained.rows]).to.deep.equal([
      127,
      127,
      125 * 80,
    ]);
    expect(tested.score.length).to.equal(255 * 80);
  });

  it('leaves out bars of non-members', async () => {
    const some = await fit({ member: (symbol, bar) => symbol < 20 || bar % 2 === 0 });
    expect(some.rows.select).to.equal(20 * 320 + 10 * 160);
  });

  it('keeps the figures of every candidate by day, and scores every row of the test blocks', async () => {
    const steps: RankStep[] = [];
    const table = madeRankTable({ bars: BARS });
    const found = await fitRankModel(table, { ...madeTask(BARS), onStep: (step) => steps.push(step) });
    expect(steps).to.deep.equal(['rows', 'sums', 'choice', 'tree choice', 'weights']);
    const { days, figures } = found.returnsByConfig;
    // 340 sessions in eight blocks; the first two, 85 sessions, are only trained on.
    expect([days.length, figures.length]).to.deep.equal([255, RANK_GRID.length]);
    expect(found.tested.score.length).to.equal(255 * 30);
    const { trained } = found.choices;
    figures.forEach((own, candidate) => {
      const known = own.filter((figure) => !Number.isNaN(figure));
      // The 5-bar targets of the last five days resolve in the validation part.
      expect(known.length).to.equal(250);
      const mean = known.reduce((sum, figure) => sum + figure, 0) / known.length;
      expect(trained.grid[candidate]?.figure).to.be.closeTo(mean, 1e-12);
    });
    expect([trained.rows, trained.dates, trained.first, trained.last]).to.deep.equal([
      250 * 30,
      255,
      '2019-03-27',
      '2019-12-06',
    ]);
  });
});
