import { expect } from 'chai';

import type { IndexedMarket } from '../../activities/figures/market-rows.js';
import { indexMarket } from '../../activities/figures/market-rows.js';
import { logitScore } from '../../data/predictions/logit-score.js';
import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import { addDays } from '../../data/time/dates.js';
import { withScore } from './forecasts.js';
import type { ModelFigures } from './quality-figures.js';
import { advantage, modelFigures } from './quality-figures.js';
import { MODELS, printedFigures } from './quality-models.js';
import type { RankingFigures } from './quality-ranking.js';
import { rankAdvantage, rankingFigures } from './quality-ranking.js';
import { qualityReport } from './quality-report.js';

describe('figures of bench:quality', () => {
  it('have the names that --json promises, and say nothing of probabilities that are none', () => {
    const result = { figures: made(0.7), ranking: ranked() };
    const printed = printedFigures([result, result]);
    expect(Object.keys(printed)).to.deep.equal([
      ...['logLoss', 'brier', 'auc', 'rankIc', 'ece', 'se', 'rankIcLow', 'rankIcHigh'],
      ...['neutral1', 'neutral5', 'activeNet'],
    ]);
    expect(printed.logLoss).to.be.closeTo(result.figures.logLoss ?? NaN, 1e-6);
    expect(result.figures.se).to.be.above(0);
    expect(printed.neutral5).to.deep.equal({ ic: 0.5, low: 0.25, high: 0.75, tiles: [0.125, null] });
    const mere = { ...result, figures: modelFigures(rowsOf(0.7), { horizon: 5, probabilities: false }) };
    const { logLoss, brier, auc, ece, se, rankIc, rankIcLow } = printedFigures([mere]);
    expect([logLoss, brier, auc, ece, se]).to.deep.equal([null, null, null, null, null]);
    expect([rankIc, rankIcLow]).to.deep.equal([printed.rankIc, printed.rankIcLow]);
  });

  it('are means over the seeds', () => {
    const [one, two] = [made(0.6), made(0.8)];
    const printed = printedFigures([
      { figures: one, ranking: ranked(0.1) },
      { figures: two, ranking: ranked(0.3) },
    ]);
    expect(printed.brier).to.be.closeTo(((one.brier ?? NaN) + (two.brier ?? NaN)) / 2, 1e-6);
    expect(printed.neutral5.tiles[0]).to.be.closeTo(0.2, 1e-9);
  });

  it('pair differences over the same drawn dates: a model has no advantage over itself', () => {
    const better = made(0.8);
    const worse = made(0.6);
    expect(advantage(better, better)).to.deep.equal({ difference: 0, se: 0 });
    expect(advantage(better, worse).difference).to.be.above(0);
    // Every row gains the same, so the paired standard error is 0 although each log-loss has one.
    expect(advantage(better, worse).se).to.be.closeTo(0, 1e-9);
  });

  it('rank as the pipeline does: a model that knows the returns, and a factor on the same rows', () => {
    const rows = rowsOf(0.7);
    const market = marketOf(rows);
    const perfect = { ...rows, score: rows.forwardReturn };
    const opposite = { ...rows, score: rows.forwardReturn.map((value) => -value) };
    const figures = rankingFigures(
      [
        { name: 'teacher', predictions: perfect },
        { name: 'opposite', predictions: opposite },
      ],
      market,
      5,
    );
    const of = (name: string): RankingFigures => {
      const found = figures.get(name);
      if (found === undefined) throw new RangeError(name);
      return found;
    };
    const raw = (name: string): number[] => [...of(name).daily.raw].filter((value) => !Number.isNaN(value));
    expect(raw('teacher')).to.have.lengthOf(90);
    expect(Math.min(...raw('teacher'))).to.be.closeTo(1, 1e-9);
    expect(Math.max(...raw('opposite'))).to.be.closeTo(-1, 1e-9);
    expect(raw('twice')).to.deep.equal(raw('teacher'));
    // Five symbols are too few for a neutral figure.
    expect(of('teacher').neutral5).to.deep.equal({ ic: null, low: null, high: null, tiles: [null] });
    expect(rankAdvantage(of('teacher'), of('opposite'), 'raw').difference).to.be.closeTo(2, 1e-9);
    expect(rankAdvantage(of('teacher'), of('twice'), 'raw')).to.deep.equal({ difference: 0, se: 0 });
    expect(rankAdvantage(of('teacher'), of('opposite'), 'neutral').difference).to.equal(null);
  });

  it('stand in a table with a line for every model', () => {
    const result = { figures: made(0.7), ranking: ranked() };
    const all = [result];
    const bySeed = {
      ...{ teacher: all, student: all, baseRate: all, pooledRate: all, placebo: all },
      ...{ lightgbmWindow: all, lightgbmPooled: all, logisticPooled: all },
      ...{ lightgbmRank: all, ridgeRank: all, reversal5: all, factorSum: all },
    };
    const lines = qualityReport(450, { bySeed, placeboPooledRate: [result.figures] }, 1);
    for (const name of MODELS)
      expect(
        lines.filter((line) => line.split(' ')[0] === name),
        name,
      ).to.have.lengthOf(5);
  });

  it('leaves out rows whose score is not known', () => {
    const rows = rowsOf(0.7);
    const score = rows.symbol.map((_, row) => (row % 2 === 0 ? row : NaN));
    const known = withScore(rows, score);
    expect(known.score.slice(0, 3)).to.deep.equal([0, 2, 4]);
    expect(known.symbol).to.deep.equal(rows.symbol.filter((_, row) => row % 2 === 0));
  });
});

/** Ranking figures with a given IC in the first of two cohorts. */
function ranked(ic = 0.125): RankingFigures {
  const neutral = { ic: 0.5, low: 0.25, high: 0.75 };
  const daily = { raw: Float64Array.of(ic), neutral: Float64Array.of(ic) };
  return { neutral1: neutral, neutral5: { ...neutral, tiles: [ic, null] }, daily, draws: [] };
}

/** A market in which every row earned its forward return, with a factor that knows twice of it. */
function marketOf({ symbol, date, forwardReturn }: Predictions): IndexedMarket {
  const count = symbol.length;
  const column = (value: number): number[] => Array.from({ length: count }, () => value);
  return indexMarket({
    outcomes: {
      ...{ symbol, date, entryDate: date, entryPrice: column(100) },
      returns: OUTCOME_HORIZONS.map(() => forwardReturn),
    },
    exposures: {
      ...{ symbol, date, volatility: column(0.02), beta: column(1), tradedValue: column(1e9) },
      sector: symbol.map(() => null),
    },
    factors: { symbol, date, names: ['twice'], values: [forwardReturn.map((value) => 2 * value)] },
  });
}

/** A model that predicts every row's label with the same probability, on five symbols and ninety dates. */
function made(probabilityOfLabel: number): ModelFigures {
  return modelFigures(rowsOf(probabilityOfLabel), { horizon: 5 });
}

function rowsOf(probabilityOfLabel: number): Predictions {
  const rows = Array.from({ length: 450 }, (_, i) => ({
    symbol: i % 5,
    date: Math.floor(i / 5),
    label: (i * 7) % 3 === 0 ? 1 : 0,
  }));
  // Ten of twenty dates are predicted less confidently, by the same factor for every model.
  const probability = rows.map(({ label, date }) => {
    const ofLabel = probabilityOfLabel * (date % 20 < 10 ? 1 : 0.5);
    return label === 1 ? ofLabel : 1 - ofLabel;
  });
  return {
    symbol: rows.map(({ symbol }) => `S${symbol}`),
    date: rows.map(({ date }) => addDays('2022-01-03', date)),
    window: rows.map(({ symbol }) => `S${symbol}_2020-01-01_to_2020-06-29`),
    model: rows.map(() => 'teacher' as const),
    split: rows.map(() => 'forward' as const),
    probability,
    score: probability.map(logitScore),
    label: rows.map(({ label }) => label),
    forwardReturn: rows.map(({ label, symbol }) => (label === 1 ? 0.03 : -0.01) + symbol / 1000),
    baseRate: rows.map(() => 0.3),
  };
}
