import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { ADJACENT_SLOTS } from '../../../activities/market/bar-slots.js';
import { loadFeatureTable } from '../../../activities/market/load-feature-table.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import type { TableBuilder } from '../../../activities/market/probes/compare-tables.js';
import { cohortSplit, priorRows } from '../../../activities/market/splits/splits.js';
import { createValidateActivities } from '../../../activities/validate/index.js';
import type { PredictedRun, ProbedRun } from '../../../activities/validate/leakage.js';
import { probeLeakageOf, refuseLeaks } from '../../../activities/validate/leakage.js';
import { drawSample, sampleSymbols } from '../../../activities/market/probes/leakage-sample.js';
import { writeSeries } from '../../../data/bars/bar-store.js';
import { takeRows } from '../../../data/predictions/parquet.js';
import type { Predictions } from '../../../data/predictions/prediction.js';
import { GurukulError } from '../../../data/errors.js';
import { featureDriftSchema } from '../../../data/schemas/features.js';
import type { IngestManifest, SeriesRecord } from '../../../data/schemas/ingest.js';
import type { Integrity } from '../../../data/schemas/integrity.js';
import { integritySchema } from '../../../data/schemas/integrity.js';
import type { Plan } from '../../../data/schemas/plan.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { readJsonRef, readRef, writeRef } from '../../../data/store/file-refs.js';
import { Home } from '../../../data/store/home.js';
import { syntheticMarket, syntheticSeries } from '../market/synthetic-market.js';
import { RUN_CHOOSERS } from '../../../activities/validate/run-choosers.js';
import { predictedRun } from './predicted-fixture.js';

const rule = { horizon: 5, threshold: 0.02 };
const build: TableBuilder = (series) => buildFeatureTable(series, rule);
const market = [...syntheticMarket(), syntheticSeries('ETA', 320), syntheticSeries('IOTA', 320)];
const table = build(market);
const cohort = { id: '2021-03-20_to_2021-09-16', start: '2021-03-20', end: '2021-09-16' };
const symbols = table.symbols.map(({ symbol }) => symbol);

const split = cohortSplit(table, cohort, { validationShare: 0.25, forwardDays: 60, to: '2021-11-20' });
const predicted = predictedRun(table, market, cohort.id, split);

function probe(change: Partial<ProbedRun> = {}): Integrity {
  return probeLeakageOf(
    {
      table,
      cohorts: [{ id: cohort.id, symbols, split }],
      sample: drawSample(market, 7),
      rule,
      slots: ADJACENT_SLOTS,
      build,
      choosers: RUN_CHOOSERS,
      predicted,
      ...change,
    },
    () => undefined,
  );
}

/** Replaces the last feature of every complete row by a leak. */
function spoiled(leak: (close: Float64Array, bar: number) => number): TableBuilder {
  return (series) => {
    const built = build(series);
    const width = built.names.length;
    for (const { symbol, complete, features } of built.symbols) {
      const close = series.find((bars) => bars.symbol === symbol)?.close ?? new Float64Array(0);
      complete.forEach((known, row) => {
        if (known === 1) features[row * width + width - 1] = leak(close, row);
      });
    }
    return built;
  };
}

describe('the leakage probes of a run', () => {
  it('cover all cohorts and a sample drawn from the seed, and find nothing', () => {
    const integrity = probe();
    expect(integritySchema.parse(integrity)).to.deep.equal(integrity);
    expect(integrity.findings).to.deep.equal([]);
    expect(() => refuseLeaks(integrity, 'x')).not.to.throw();
    const [labels, ...features] = integrity.probes;
    expect(labels).to.deep.include({ probe: 'label_overlap', symbols, at: [cohort.id] });
    expect(features.map(({ probe: name }) => name)).to.deep.equal([
      'truncation',
      'warm_up',
      'future',
      'selection',
      'index_shift',
    ]);
    for (const line of features.slice(3)) {
      expect(line).to.deep.include({ symbols, at: [cohort.id] });
      expect(line.rows).to.be.at.least(predicted.predictions.symbol.length).and.above(500);
    }
    for (const { rows, at, symbols: sampled } of features.slice(0, 3)) {
      expect(rows).to.be.above(100);
      expect(at).to.have.length(3);
      expect(sampled).to.deep.equal(sampleSymbols(symbols, 7)).and.to.have.length(8);
    }
    expect(probe()).to.deep.equal(integrity);
  });

  it('draw other symbols and dates for another seed, for any order of the symbols', () => {
    const many = Array.from({ length: 50 }, (_, i) => `S${i}`);
    expect(sampleSymbols([...many].reverse(), 7)).to.deep.equal(sampleSymbols(many, 7));
    expect(sampleSymbols(many, 8)).not.to.deep.equal(sampleSymbols(many, 7));
    expect(drawSample(market, 8).future).not.to.deep.equal(drawSample(market, 7).future);
    expect(drawSample([], 7)).to.deep.include({ series: [] });
  });

  it('probe a part of a long series', () => {
    const long = syntheticSeries('LONG', 4000);
    const { series, truncation } = drawSample([long], 7);
    expect(series[0]?.time).to.have.length(2500);
    for (const last of truncation) expect(series[0]?.time.includes(last)).to.equal(true);
  });

  const leaks: Readonly<Record<string, readonly [string, TableBuilder]>> = {
    'a feature that uses the next bar': [
      'truncation',
      spoiled((close, bar) => (close[bar + 1] ?? 0) / (close[bar] ?? 1)),
    ],
    'a rank among all bars': [
      'future',
      spoiled((close, bar) => close.filter((value) => value < (close[bar] ?? 0)).length / close.length),
    ],
    'a count from the first bar': ['warm_up', spoiled((_close, bar) => bar / 100)],
  };
  for (const [what, [name, leaky]] of Object.entries(leaks))
    it(`find ${what}`, () => {
      const integrity = probe({ build: leaky });
      expect(integrity.findings.map((finding) => finding.probe)).to.include(name);
      expect(integrity.probes.find((line) => line.probe === name)?.findings).to.be.above(0);
      expect(() => refuseLeaks(integrity, 'models/r/integrity.json'))
        .to.throw(
          GurukulError,
          /^the leakage probes found \d+ leak\(s\): .* gets no bundle: .* \(all findings: models\/r\/integrity\.json\)$/,
        )
        .with.property('type', 'Bug');
    });

  /** Predictions with rows left out, or with columns replaced. */
  const changedRun = (
    keep: (row: number) => boolean,
    columns: Partial<Predictions> = {},
  ): { readonly predicted: PredictedRun } => {
    const all = { ...predicted.predictions, ...columns };
    const kept = [...all.symbol.keys()].filter(keep);
    return { predicted: { ...predicted, predictions: takeRows(all, kept) } };
  };
  const { forwardReturn, label, split: parts, window } = predicted.predictions;
  const ofBar = (shift: number, values: readonly number[]): number[] =>
    values.map((value, row) =>
      window[row + shift] === window[row] ? (values[row + shift] ?? value) : value,
    );
  const selected: Readonly<Record<string, readonly [string, RegExp, Partial<ProbedRun>]>> = {
    'extreme test rows that are dropped': [
      'selection',
      /forward: \d+ of \d+ rows are not predicted, first on .*: their mean absolute return is 0\.\d+/,
      changedRun((row) => parts[row] !== 'forward' || Math.abs(forwardReturn[row] ?? 0) < 0.05),
    ],
    'test rows of one label that are dropped': [
      'selection',
      /are not predicted/,
      changedRun((row) => label[row] === 1),
    ],
    'a window without any prediction': [
      'selection',
      /rows are not predicted/,
      changedRun((row) => window[row] !== `ETA_${cohort.id}`),
    ],
    'winsorised returns': [
      'selection',
      /the forward return of \d+ rows is not that of the bars/,
      changedRun(() => true, {
        forwardReturn: forwardReturn.map((value) => Math.min(0.05, Math.max(-0.05, value))),
      }),
    ],
    'changed labels': [
      'selection',
      /the label of 1 rows is not that of the bars/,
      changedRun(() => true, { label: label.map((value, row) => (row === 9 ? 1 - value : value)) }),
    ],
    'rows of a prior that were left out': [
      'selection',
      /the probability head of the prior was fitted \(fit\) on 100 rows, not on the \d+/,
      {
        predicted: {
          ...predicted,
          cohorts: predicted.cohorts.map(({ prior, ...rest }) => ({
            ...rest,
            prior: { rankRows: { select: 0, fit: 0 }, ...prior, rows: { select: 50, fit: 100 } },
          })),
        },
      },
    ],
    'returns of the next bar': [
      'index_shift',
      /the forward return of \d+ rows is that of the bar after/,
      changedRun((row) => window[row + 1] === window[row], { forwardReturn: ofBar(1, forwardReturn) }),
    ],
    'labels of the bar before': [
      'index_shift',
      /the label of \d+ rows is that of the bar before/,
      changedRun((row) => window[row - 1] === window[row], { label: ofBar(-1, label) }),
    ],
    'entries of the next bar': [
      'index_shift',
      /the entry of \d+ rows is that of the bar after/,
      {
        predicted: {
          ...predicted,
          pair: (of, rows) => {
            const paired = predicted.pair(of, rows);
            return { ...paired, entryTime: ofBar(1, Array.from(paired.entryTime)) };
          },
        },
      },
    ],
    'features of the bar before': [
      'index_shift',
      /the features of \d+ rows are those of the bar before/,
      {
        build: (series) => {
          const built = build(series);
          const width = built.names.length;
          return {
            ...built,
            symbols: built.symbols.map((symbol) => ({
              ...symbol,
              features: symbol.features.map((value, cell) => {
                const earlier = symbol.features[cell - width] ?? NaN;
                return Number.isNaN(earlier) ? value : earlier;
              }),
            })),
          };
        },
      },
    ],
  };
  for (const [what, [name, message, change]] of Object.entries(selected))
    it(`find ${what}`, () => {
      const { findings } = probe(change);
      const found = findings.filter((finding) => finding.probe === name);
      expect(found.map((finding) => finding.message).join('\n')).to.match(message);
    });

  it('count the predictions that the trainers compared', () => {
    const rows = (replaced: number): number | undefined =>
      probe({ predicted: { ...predicted, replaced } }).probes.find((line) => line.probe === 'future')?.rows;
    expect(rows(140)).to.equal((rows(40) ?? 0) + 100);
  });

  it('find labels that reach from the fit into the forward part', () => {
    const { findings } = probe({
      choosers: { ...RUN_CHOOSERS, priorRows: (symbol, before) => priorRows(symbol, before + 3 * 1440) },
    });
    expect(findings.map((finding) => finding.probe)).to.include('label_overlap');
  });
});

describe('the activity probeLeakage', () => {
  let home: Home;
  const { symbols: _all, ...input } = runInputSchema.parse({ from: '2021-01-04', to: '2021-11-20' });
  const config = { ...input, runId: 'r' };
  before(async () => {
    home = new Home(await mkdtemp(path.join(os.tmpdir(), 'gurukul-leakage-')));
  });
  after(async () => {
    await rm(home.root, { recursive: true });
  });

  async function request(): Promise<
    Parameters<ReturnType<typeof createValidateActivities>['probeLeakage']>[0]
  > {
    const records: SeriesRecord[] = [];
    for (const series of market)
      records.push({
        symbol: series.symbol,
        status: 'ok',
        reason: null,
        error: null,
        ref: await writeSeries(home, series),
        first: null,
        last: null,
        bars: series.time.length,
        missingSessions: 0,
        actions: 0,
        findings: [],
      });
    const manifest: IngestManifest = { source: 'csv', interval: '1day', series: records, digest: '' };
    const plan: Plan = {
      windows: 0,
      trainable: 0,
      skipped: {},
      failed: {},
      cohorts: [
        { ...cohort, shards: [symbols.slice(0, 4), symbols.slice(4)] },
        { id: '2021-09-16_to_2021-11-20', start: '2021-09-16', end: '2021-11-20', shards: [] },
      ],
      shards: 2,
      items: [],
    };
    return {
      config,
      ingest: await writeRef(home, home.ingest('r'), canonicalJson(manifest), 1),
      plan: await writeRef(home, home.plan('r'), canonicalJson(plan), 1),
    };
  }

  it('writes its report', async () => {
    const asked = await request();
    const { integrity: ref, drift } = await createValidateActivities({ home }).probeLeakage(asked);
    expect(ref).to.include({ uri: 'models/r/validation/integrity.json', rows: 0 });
    const integrity = integritySchema.parse(JSON.parse((await readRef(home, ref)).toString('utf8')));
    expect(integrity.probes[0]?.at).to.deep.equal([cohort.id]);
    expect(integrity.probes.every(({ findings }) => findings === 0)).to.equal(true);
    // Without an index of what was trained there are no predictions to compare.
    const silent = integrity.probes.filter(({ rows }) => rows === 0);
    expect(silent.map(({ probe: name }) => name)).to.deep.equal(['selection']);
    const { features, cohorts } = await readJsonRef(home, drift, featureDriftSchema);
    expect(features).to.deep.equal(table.names);
    expect(cohorts.map(({ cohort: id }) => id)).to.deep.equal([cohort.id]);
  });

  it('writes the same of cohorts that were probed before, and probes them once', async () => {
    const asked = await request();
    let tables = 0;
    const activities = createValidateActivities({
      home,
      loadTable: (of, arm) => {
        tables += 1;
        return loadFeatureTable(home, of.ingest, of.config, arm);
      },
    });
    const all = await activities.probeLeakage(asked);
    const before = tables;
    const unit = await activities.probeCohort({ ...asked, cohort: cohort.id });
    expect(await activities.probeCohort({ ...asked, cohort: cohort.id })).to.deep.equal(unit);
    expect(await activities.probeCohort({ ...asked, cohort: '2021-09-16_to_2021-11-20' })).to.equal(null);
    const joined = await activities.probeLeakage({ ...asked, byCohort: true });
    expect(joined).to.deep.equal(all);
    expect(tables - before, 'tables that were loaded').to.equal(1);
  });

  it('probes a cohort that nobody has probed, or not on these bars', async () => {
    const asked = await request();
    const activities = createValidateActivities({ home });
    const unit = await activities.probeCohort({ ...asked, cohort: cohort.id });
    const other = { ...asked, config: { ...config, horizon: 10 }, byCohort: true } as const;
    const { integrity } = await activities.probeLeakage(other);
    const { probes } = await readJsonRef(home, integrity, integritySchema);
    expect(probes[0]?.rows, 'label_overlap').to.be.greaterThan(0);
    expect(await activities.probeCohort({ ...other, cohort: cohort.id })).to.not.deep.equal(unit);
  });
});
