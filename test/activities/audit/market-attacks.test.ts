import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';

import { BUNDLE, bundleJson, choicesFile } from '../../../activities/audit/bundle-layout.js';
import { MARKET_FILES } from '../../../activities/audit/bundle-market.js';
import { trialRecord } from '../../../activities/figures/trial-record.js';
import type { ChoiceReturns } from '../../../data/predictions/choice-returns.js';
import { decodeChoiceReturns, encodeChoiceReturns } from '../../../data/predictions/choice-returns.js';
import { decodeExposures, encodeExposures } from '../../../data/predictions/exposures.js';
import { decodeFactors, encodeFactors } from '../../../data/predictions/factors.js';
import type { OutcomeRows } from '../../../data/predictions/outcomes.js';
import { decodeOutcomes, encodeOutcomes } from '../../../data/predictions/outcomes.js';
import { decodePredictions, encodePredictions } from '../../../data/predictions/parquet.js';
import { metricsSchema, statTestsSchema } from '../../../data/schemas/metrics.js';
import type { Statement } from '../../../data/schemas/bundle.js';
import { runRecordSchema } from '../../../data/schemas/bundle.js';
import { sha256 } from '../../../data/store/digests.js';
import type { Choice } from '../../../data/schemas/choices.js';
import { cohortChoicesSchema } from '../../../data/schemas/choices.js';
import type { BundleAndCopy } from './finished-run.js';
import { withBundleCopy } from './finished-run.js';
import type { Changes } from './forge.js';
import { forge, fromAnotherProgram, withFigures } from './forge.js';
import { verified } from './verified.js';

const COHORT = '2022-01-01_to_2022-06-30';

describe('a bundle with a forged market', () => {
  let copy: string;
  let mallory: string;
  let contentOf: BundleAndCopy['contentOf'];

  withBundleCopy(60, (given) => {
    ({ copy, mallory, contentOf } = given);
  });

  const outcomes = async (): Promise<OutcomeRows> => decodeOutcomes(await contentOf(BUNDLE.outcomes));

  /** Signs changes again, with the figures and texts that follow from them. */
  async function forged(changes: Changes): Promise<string> {
    await forge(copy, mallory, await withFigures(copy, changes));
    return difference();
  }

  async function difference(): Promise<string> {
    return (await verified(copy, 'failed')).difference;
  }

  it('names what is compared, and what is not', async () => {
    const report = await verified(copy, 'ok');
    expect(report.checked.join()).to.contain('one row for each predicted symbol and date');
    expect(report.hashedOnly.join()).to.contain('exposures and factors');
  });

  it('is refused: figures of other scores, exposures, factors or returns', async () => {
    const predictions = await decodePredictions(await contentOf(BUNDLE.predictions));
    const score = predictions.score.map((value) => -value);
    await forge(copy, mallory, { [BUNDLE.predictions]: encodePredictions({ ...predictions, score }) });
    expect(await difference()).to.contain('metrics.json: expected');
    const exposures = await decodeExposures(await contentOf(BUNDLE.exposures));
    const volatility = exposures.volatility.map((value, row) => value * (1 + (row % 7)));
    await forge(copy, mallory, {
      [BUNDLE.predictions]: encodePredictions(predictions),
      [BUNDLE.exposures]: encodeExposures({ ...exposures, volatility }),
    });
    expect(await difference()).to.match(/^metrics\.json: expected ranking\.\S*\.neutral\./);
    const factors = await decodeFactors(await contentOf(BUNDLE.factors));
    const values = factors.values.map((column) => column.map((value) => -value));
    await forge(copy, mallory, {
      [BUNDLE.exposures]: encodeExposures(exposures),
      [BUNDLE.factors]: encodeFactors({ ...factors, values }),
    });
    expect(await difference()).to.contain('metrics.json: expected');
    const rows = await outcomes();
    const last = rows.returns.length - 1;
    const returns = rows.returns.map((column, at) => (at === last ? column.map((value) => -value) : column));
    await forge(copy, mallory, {
      [BUNDLE.factors]: encodeFactors(factors),
      [BUNDLE.outcomes]: encodeOutcomes({ ...rows, returns }),
    });
    expect(await difference()).to.contain('metrics.json: expected');
  });

  it('is refused: another return of the label’s horizon, although all figures follow from it', async () => {
    const rows = await outcomes();
    const returns = rows.returns.map((column, at) =>
      column.map((value, row) => (at === 1 && row === 7 ? value + 1e-12 : value)),
    );
    expect(await forged({ [BUNDLE.outcomes]: encodeOutcomes({ ...rows, returns }) })).to.match(
      /^predictions\/outcomes\.parquet: expected SYM\d\d on 2022-\d\d-\d\d to have return_5 \S+, its forward_return, found/,
    );
  });

  it('is refused: an entry at the close of the row’s own bar', async () => {
    const rows = await outcomes();
    const entryDate = rows.entryDate.map((day, row) => (row === 3 ? (rows.date[row] ?? '') : day));
    expect(await forged({ [BUNDLE.outcomes]: encodeOutcomes({ ...rows, entryDate }) })).to.contain(
      'to be entered at a later bar',
    );
  });

  it('is refused: a row less, or of another symbol', async () => {
    const { symbol, date, names, values } = await decodeFactors(await contentOf(BUNDLE.factors));
    const exposures = await decodeExposures(await contentOf(BUNDLE.exposures));
    const fewer = {
      ...{ symbol: exposures.symbol.slice(1), date: exposures.date.slice(1) },
      ...{ volatility: exposures.volatility.slice(1), beta: exposures.beta.slice(1) },
      ...{ tradedValue: exposures.tradedValue.slice(1), sector: exposures.sector.slice(1) },
    };
    await forge(copy, mallory, { [BUNDLE.exposures]: encodeExposures(fewer) });
    expect(await difference()).to.contain('exposures do not have the rows of the outcomes');
    const other = symbol.map((name, row) => (row === symbol.length - 1 ? 'ZZZ' : name));
    await forge(copy, mallory, {
      [BUNDLE.exposures]: encodeExposures(exposures),
      [BUNDLE.factors]: encodeFactors({ symbol: other, date, names, values }),
    });
    expect(await difference()).to.contain('factors do not have the rows of the outcomes');
  });

  it('is refused: predictions of another model', async () => {
    const predictions = await decodePredictions(await contentOf(BUNDLE.predictions));
    const model = predictions.model.map((name, row) => (row === 0 ? ('student' as const) : name));
    expect(await forged({ [BUNDLE.predictions]: encodePredictions({ ...predictions, model }) })).to.equal(
      'predictions/predictions.parquet: expected rows of the teacher, found student',
    );
  });

  it('is refused without its market, and partly checked if another program made it', async () => {
    const without = Object.fromEntries(MARKET_FILES.map((file) => [file, undefined]));
    const changes = await withFigures(copy, without);
    const record = await recordOf(changes);
    await writeFile(path.join(copy, BUNDLE.run), record);
    const withRecord = (statement: Statement): void => {
      for (const { name, digest } of statement.predicate.runDetails.byproducts)
        if (name === BUNDLE.run) digest.sha256 = sha256(record);
    };
    await forge(copy, mallory, changes, withRecord);
    expect(await difference()).to.equal(
      'predictions/outcomes.parquet: expected a file of every bundle, found no such file',
    );
    await forge(copy, mallory, {}, fromAnotherProgram);
    const report = await verified(copy, 'partly checked');
    expect(report.unchecked).to.include('predictions/factors.parquet: not in the bundle');
  });

  /** The run's record with the deflated figures of changed ones. */
  async function recordOf(changes: Changes): Promise<Uint8Array> {
    const json = (content: Uint8Array | undefined): unknown =>
      JSON.parse(Buffer.from(content ?? []).toString());
    const record = runRecordSchema.parse(json(await contentOf(BUNDLE.run)));
    const { options } = metricsSchema.parse(json(changes[BUNDLE.metrics]));
    const statTests = statTestsSchema.parse(json(changes[BUNDLE.statTests]));
    return bundleJson({ ...record, trials: trialRecord(statTests, options.trials, record.trials.home) });
  }

  for (const [what, edit, text] of [
    ['another candidate', { chosen: 2 }, 'candidate 1 of 3, whose figure is the highest'],
    ['the default', { reason: 'default' }, 'expected score: ridge: validated, found default'],
    ['dates of the validation', { last: '2022-05-30' }, 'the first that is validated'],
    ['a choice without its figures', { grid: [{ config: { a: 1 }, figure: null }] }, 'candidate 0 of 1'],
  ] as const satisfies readonly (readonly [string, Partial<Choice>, string])[])
    it(`is refused: a choice of ${what}`, async () => {
      const file = choicesFile(COHORT, 'real');
      const stated = cohortChoicesSchema.parse(JSON.parse((await contentOf(file)).toString()));
      const [first, ...others] = stated.choices;
      await forge(copy, mallory, {
        [file]: bundleJson({ ...stated, choices: [{ ...first, ...edit }, ...others] }),
      });
      expect(await difference()).to.contain(text);
    });

  it('is refused: other figures by date of what was chosen from', async () => {
    const returns = await decodeChoiceReturns(await contentOf(BUNDLE.choiceReturns));
    const figure = returns.figure.map((value, row) => (returns.config[row] === 1 ? value + 1 : value));
    const better = encodeChoiceReturns({ ...returns, figure });
    await forge(copy, mallory, { [BUNDLE.choiceReturns]: better });
    expect(await difference()).to.match(
      /^stat_tests\.json: expected examination\.pbo\.score: ridge\.pbo = 0/,
    );
  });

  for (const [what, edit, text] of [
    [
      'a choice that none made',
      (rows) => ({ ...rows, choice: rows.choice.with(2, 'all') }),
      'expected only validated choices, found all',
    ],
    [
      'a candidate that the grid does not have',
      (rows) => ({ ...rows, config: rows.config.with(2, 3) }),
      'score: ridge: 3 candidates, found number 4',
    ],
    [
      'a date of the validation',
      (rows) => ({ ...rows, date: rows.date.with(2, '2022-05-30') }),
      'dates from 2021-03-01 to 2022-01-31',
    ],
    [
      'a row twice',
      (rows) => ({ ...rows, date: rows.date.with(2, rows.date[1] ?? '') }),
      'rows sorted by choice, candidate and date, each once',
    ],
  ] as const satisfies readonly (readonly [string, (rows: ChoiceReturns) => ChoiceReturns, string])[])
    it(`is refused: figures by date of ${what}`, async () => {
      const returns = edit(await decodeChoiceReturns(await contentOf(BUNDLE.choiceReturns)));
      expect(await forged({ [BUNDLE.choiceReturns]: encodeChoiceReturns(returns) })).to.contain(text);
    });

  it('is refused: a number of a candidate without a bound', async () => {
    const returns = await decodeChoiceReturns(await contentOf(BUNDLE.choiceReturns));
    const config = returns.config.with(2, 1_000_000);
    await forge(copy, mallory, { [BUNDLE.choiceReturns]: encodeChoiceReturns({ ...returns, config }) });
    expect(await difference()).to.match(
      /^predictions\/choice_returns\.parquet: .* config 1000000 is not a whole number from 0 to 255$/,
    );
  });

  it('is refused: no figures by date of what was chosen from', async () => {
    expect(await forged({ [BUNDLE.choiceReturns]: undefined })).to.contain(
      'predictions/choice_returns.parquet: expected a file of every bundle with validated choices',
    );
  });

  it('is refused: choices of another arm or cohort, in other bytes, or none', async () => {
    const [file, drawn] = [choicesFile(COHORT, 'real'), choicesFile(COHORT, 'placebo')];
    const own = await contentOf(file);
    await forge(copy, mallory, { [file]: await contentOf(drawn) });
    expect(await difference()).to.contain(`expected choices of ${COHORT} (real), found ${COHORT} (placebo)`);
    await forge(copy, mallory, { [file]: Buffer.from(JSON.stringify(JSON.parse(own.toString()))) });
    expect(await difference()).to.contain('JSON as this program writes it');
    const foreign = choicesFile('2021-01-01_to_2021-06-30', 'real');
    await forge(copy, mallory, { [file]: own, [foreign]: own });
    expect(await difference()).to.contain('only choices of cohorts with teachers');
    await forge(copy, mallory, { [file]: undefined, [foreign]: undefined });
    await rm(path.dirname(path.join(copy, foreign)), { recursive: true });
    expect(await difference()).to.contain(`${file}: expected a file of every bundle, found no such file`);
    await forge(copy, mallory, {}, fromAnotherProgram);
    const report = await verified(copy, 'partly checked');
    expect(report.unchecked[0]).to.equal(`${file}: not in the bundle`);
  });
});
