import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { ADJACENT_SLOTS } from '../../../activities/market/bar-slots.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import type { TableBuilder } from '../../../activities/market/probes/compare-tables.js';
import { cohortSplit, priorRows, windowRows } from '../../../activities/market/splits/splits.js';
import { createValidateActivities } from '../../../activities/validate/index.js';
import type { ProbedRun } from '../../../activities/validate/leakage.js';
import { probeLeakageOf, refuseLeaks } from '../../../activities/validate/leakage.js';
import { drawSample, sampleSymbols } from '../../../activities/market/probes/leakage-sample.js';
import { writeSeries } from '../../../data/bars/bar-store.js';
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
import { inActivity } from './in-activity.js';

const rule = { horizon: 5, threshold: 0.02 };
const build: TableBuilder = (series) => buildFeatureTable(series, rule);
const market = [...syntheticMarket(), syntheticSeries('ETA', 320), syntheticSeries('IOTA', 320)];
const table = build(market);
const cohort = { id: '2021-03-20_to_2021-09-16', start: '2021-03-20', end: '2021-09-16' };
const symbols = table.symbols.map(({ symbol }) => symbol);

function probe(change: Partial<ProbedRun> = {}): Integrity {
  const split = cohortSplit(table, cohort, { validationShare: 0.25, forwardDays: 60, to: '2021-11-20' });
  return probeLeakageOf(
    {
      table,
      cohorts: [{ id: cohort.id, symbols, split }],
      sample: drawSample(market, 7),
      rule,
      slots: ADJACENT_SLOTS,
      build,
      choosers: { windowRows, priorRows },
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
    expect(features.map(({ probe: name }) => name)).to.deep.equal(['truncation', 'warm_up', 'future']);
    for (const { rows, at, symbols: sampled } of features) {
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

  it('find labels that reach from the fit into the forward part', () => {
    const { findings } = probe({
      choosers: { windowRows, priorRows: (symbol, before) => priorRows(symbol, before + 3 * 1440) },
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
    const { integrity: ref, drift } = await inActivity(() =>
      createValidateActivities({ home }).probeLeakage(asked),
    );
    expect(ref).to.include({ uri: 'models/r/validation/integrity.json', rows: 0 });
    const integrity = integritySchema.parse(JSON.parse((await readRef(home, ref)).toString('utf8')));
    expect(integrity.probes[0]?.at).to.deep.equal([cohort.id]);
    expect(integrity.probes.every(({ rows, findings }) => rows > 0 && findings === 0)).to.equal(true);
    const { features, cohorts } = await readJsonRef(home, drift, featureDriftSchema);
    expect(features).to.deep.equal(table.names);
    expect(cohorts.map(({ cohort: id }) => id)).to.deep.equal([cohort.id]);
  });
});
