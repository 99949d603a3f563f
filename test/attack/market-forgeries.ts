import { BUNDLE, bundleJson, choicesOfFile } from '../../activities/audit/bundle-layout.js';
import { dateColumn, encodeTable, nullableDoubleColumn, textColumn } from '../../data/parquet/columns.js';
import { decodeExposures, encodeExposures } from '../../data/predictions/exposures.js';
import { decodeFactors, encodeFactors } from '../../data/predictions/factors.js';
import { OUTCOME_HORIZONS } from '../../data/predictions/outcome-horizons.js';
import { decodeOutcomes, encodeOutcomes } from '../../data/predictions/outcomes.js';
import type { Predictions } from '../../data/predictions/prediction.js';
import type { Random } from '../../data/random.js';
import { bundleConfigSchema } from '../../data/schemas/bundle.js';
import { cohortChoicesSchema } from '../../data/schemas/choices.js';
import { addDays } from '../../data/time/dates.js';
import type { Files, Forger, Forgery } from './forgery-edits.js';
import { editPredictions, jsonOf } from './forgery-edits.js';
import { oneOf, placeIn } from './kind.js';

const contentOf = (files: Files, file: string): Uint8Array => files.get(file) ?? new Uint8Array(0);

/** Changes of outcomes, exposures, factors, scores and choices that a verification finds, whoever signed. */
export const MARKET_FORGERIES: Readonly<Record<string, Forger>> = {
  score: async (files, random) => editPredictions(files, random, turnScores),
  outcome: changeOutcome,
  exposure: changeExposure,
  factor: async (files, random) => {
    const rows = await decodeFactors(contentOf(files, BUNDLE.factors));
    const turned = placeIn(random, rows.names.length);
    const values = rows.values.map((column, at) => (at === turned ? scaled(column, random) : column));
    return { changes: { [BUNDLE.factors]: encodeFactors({ ...rows, values }) } };
  },
  'missing-row': async (files, random) => {
    const rows = await decodeFactors(contentOf(files, BUNDLE.factors));
    const at = placeIn(random, rows.symbol.length);
    const without = <T>(column: readonly T[]): T[] => column.toSpliced(at, 1);
    const { symbol, date, names, values } = rows;
    const fewer = { symbol: without(symbol), date: without(date), names, values: values.map(without) };
    return { changes: { [BUNDLE.factors]: encodeFactors(fewer) } };
  },
  'double-row': async (files, random) => {
    const { symbol, date, names, values } = await decodeFactors(contentOf(files, BUNDLE.factors));
    const at = placeIn(random, symbol.length);
    const twice = <T>(column: readonly T[]): T[] =>
      column.flatMap((value, row) => (row === at ? [value, value] : [value]));
    const table = encodeTable(
      [
        textColumn('symbol', twice(symbol)),
        dateColumn('date', twice(date)),
        ...names.map((name, factor) => nullableDoubleColumn(name, twice(values[factor] ?? []))),
      ],
      { format: 'factors/1' },
    );
    return { changes: { [BUNDLE.factors]: table } };
  },
  'without-market': (_, random) => ({
    changes: {
      [oneOf(random, [BUNDLE.outcomes, BUNDLE.placeboOutcomes, BUNDLE.exposures, BUNDLE.factors])]: undefined,
    },
  }),
  choice: (files, random) => {
    const file = oneOf(random, choiceFiles(files));
    const stated = cohortChoicesSchema.parse(jsonOf(files, file));
    const at = placeIn(random, stated.choices.length);
    const edit = (change: Partial<(typeof stated)['choices'][number]>): unknown => ({
      ...stated,
      choices: stated.choices.map((choice, i) => (i === at ? { ...choice, ...change } : choice)),
    });
    const { chosen, reason, grid } = stated.choices[at] ?? { chosen: 0, reason: 'default', grid: [] };
    const value = oneOf(random, [
      edit({ chosen: (chosen + 1) % Math.max(2, grid.length) }),
      edit({ chosen: grid.length }),
      edit({ reason: reason === 'default' ? 'validated' : 'default' }),
      edit({ last: '2022-06-29' }),
      { ...stated, arm: stated.arm === 'real' ? 'placebo' : 'real' },
      { ...stated, cohort: '2021-07-01_to_2021-12-28' },
      null,
    ]);
    return { changes: { [file]: value === null ? undefined : bundleJson(value) } };
  },
};

/** Changes of choices that nothing in a bundle contradicts. */
export const CLAIMED_CHOICES: Readonly<Record<string, Forger>> = {
  'choice-rows': (files, random) => {
    const file = oneOf(random, choiceFiles(files));
    const stated = cohortChoicesSchema.parse(jsonOf(files, file));
    const choices = stated.choices.map((choice) => ({
      ...choice,
      rows: choice.rows + random.integer(1, 99),
    }));
    return { changes: { [file]: bundleJson({ ...stated, choices }) } };
  },
};

function choiceFiles(files: Files): string[] {
  return [...files.keys()].filter((file) => choicesOfFile(file) !== undefined);
}

/** Every forward score multiplied by a factor of its own, some of them below 0. */
function turnScores(predictions: Predictions, random: Random): Predictions {
  const score = predictions.score.map((value, row) =>
    predictions.split[row] === 'forward' ? value * (random.uniform() - 0.5) : value,
  );
  return { ...predictions, score };
}

async function changeOutcome(files: Files, random: Random): Promise<Forgery> {
  const file = oneOf(random, [BUNDLE.outcomes, BUNDLE.placeboOutcomes]);
  const rows = await decodeOutcomes(contentOf(files, file));
  const { horizon } = bundleConfigSchema.parse(jsonOf(files, BUNDLE.config));
  const at = placeIn(random, rows.symbol.length);
  const column = OUTCOME_HORIZONS.findIndex((bars) => bars === horizon);
  const changed = oneOf(random, [
    {
      ...rows,
      returns: rows.returns.map((values, place) =>
        place === column ? values.map((value, row) => (row === at ? value + 1e-9 : value)) : values,
      ),
    },
    { ...rows, entryDate: rows.entryDate.map((day, row) => (row === at ? (rows.date[row] ?? '') : day)) },
    { ...rows, symbol: rows.symbol.map((symbol, row) => (row === at ? `${symbol}X` : symbol)) },
    { ...rows, date: rows.date.map((day) => addDays(day, -7)) },
  ]);
  return { changes: { [file]: encodeOutcomes(changed) } };
}

async function changeExposure(files: Files, random: Random): Promise<Forgery> {
  const rows = await decodeExposures(contentOf(files, BUNDLE.exposures));
  const changed = oneOf(random, [
    { ...rows, volatility: scaled(rows.volatility, random) },
    { ...rows, beta: scaled(rows.beta, random) },
    { ...rows, tradedValue: scaled(rows.tradedValue, random) },
    { ...rows, sector: rows.sector.map(() => oneOf(random, ['Energy', 'Healthcare', null])) },
  ]);
  return { changes: { [BUNDLE.exposures]: encodeExposures(changed) } };
}

/** Every value multiplied by a factor of its own. */
function scaled(column: readonly number[], random: Random): number[] {
  return column.map((value) => value * (0.1 + 10 * random.uniform()));
}
