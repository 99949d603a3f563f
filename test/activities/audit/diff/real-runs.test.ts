import { cp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { BUNDLE, bundleJson } from '../../../../activities/audit/bundle-layout.js';
import type { RunDiff } from '../../../../activities/audit/diff/compare-bundles.js';
import { compareBundles } from '../../../../activities/audit/diff/compare-bundles.js';
import type { Consequences } from '../../../../activities/audit/diff/compare-bundles.js';
import type { ModelChanges } from '../../../../activities/audit/diff/model-changes.js';
import type { BarSeries } from '../../../../data/bars/series.js';
import { lowerBound } from '../../../../data/bars/series.js';
import { GurukulError } from '../../../../data/errors.js';
import { metricsSchema } from '../../../../data/schemas/metrics.js';
import type { Home } from '../../../../data/store/home.js';
import { startOfDate } from '../../../../data/time/dates.js';
import { rejection } from '../../../support/rejection.js';
import { asEarlierVersion } from '../earlier-version.js';
import { forge, fromAnotherProgram } from '../forge.js';
import { mirrored, rounded } from './mirrored.js';
import type { SmallRuns } from './small-runs.js';
import { smallRuns } from './small-runs.js';

const DAY = '2021-04-15';

describe('the comparison of real runs', function () {
  this.timeout(600_000);
  let runs: SmallRuns;
  let home: Home;

  before(async () => {
    runs = await smallRuns();
    ({ home } = runs);
    await runs.run('base');
    await runs.run('seed', { seed: 8 });
  });
  after(() => rm(home.root, { recursive: true }));

  const compare = (after: string, before = 'base'): Promise<RunDiff> =>
    compareBundles(home, home.bundle(before), home.bundle(after));

  it('says of the same input, started twice, that nothing differs', async () => {
    const { digest } = await runs.run('again');
    const diff = await compare('again');
    expect(diff.before.digest).to.equal(digest);
    expect(diff).to.deep.include({ equal: true, kinds: [], separate: [], consequences: null });
  });

  it('names another seed, and moves predictions of the same rows by it alone', async () => {
    const diff = await compare('seed');
    expect(diff.kinds).to.deep.equal(['seed']);
    expect(diff.causes.seed).to.deep.equal({ name: 'seed', before: 7, after: 8 });
    const { windows, figures } = consequencesOf(diff);
    expect(windows).to.deep.include({ outcomes: [], bars: 0 });
    const teacher = modelOf(diff, 'teacher');
    expect(teacher.moves?.rows.common).to.equal(teacher.moves?.rows.before);
    expect(teacher.moves?.outcomes).to.equal(0);
    expect(teacher.moves?.moved).to.be.greaterThan(0);
    for (const { parts, common, all } of teacher.figures) {
      expect(parts).to.deep.include({ rows: 0, outcomes: 0 });
      expect(parts.predictions).to.equal(common.difference).and.to.equal(all.difference);
    }
    // The figures are those of the bundles.
    for (const [name, own] of [
      ['forward.teacher.logLoss', 'logLoss'],
      ['forward.teacher.rankIc.mean', 'rankIc'],
    ] as const) {
      const moved = figures.moved.find((change) => change.name === name);
      const computed = teacher.figures.find(({ figure }) => figure === own);
      expect(moved?.before).to.be.closeTo(computed?.all.before ?? NaN, 1e-12);
      expect(moved?.difference).to.be.closeTo(computed?.all.difference ?? NaN, 1e-12);
    }
  });

  it('is turned over with its runs', async () => {
    const [there, back] = [await compare('seed'), await compare('base', 'seed')];
    expect(rounded(back)).to.deep.equal(mirrored(there));
  });

  it('names another threshold, and tells other labels from other predictions', async () => {
    await runs.run('threshold', { threshold: 0.03 });
    const diff = await compare('threshold');
    expect(diff.kinds).to.deep.equal(['configuration']);
    expect(diff.causes.configuration).to.deep.equal([{ name: 'threshold', before: 0.02, after: 0.03 }]);
    const teacher = modelOf(diff, 'teacher');
    expect(teacher.moves?.outcomes).to.be.greaterThan(0);
    const loss = teacher.figures.find(({ figure }) => figure === 'logLoss');
    // Fewer labels of 1 are easier to predict, and the models say so.
    expect(loss?.parts.outcomes).to.be.below(0);
    expect(loss?.parts.rows).to.equal(0);
    expect((loss?.parts.outcomes ?? 0) + (loss?.parts.predictions ?? 0)).to.be.closeTo(
      loss?.all.difference ?? NaN,
      1e-12,
    );
    const rate = consequencesOf(diff).figures.moved.find(({ name }) => name === 'forward.teacher.baseRate');
    expect(rate?.difference).to.be.below(0);
  });

  it('names one changed bar by symbol and day', async () => {
    const [symbol = ''] = runs.symbols;
    await runs.run('bar', {}, (bars) => (bars.symbol === symbol ? withHigherClose(bars, DAY) : bars));
    const diff = await compare('bar');
    expect(diff.separate).to.deep.equal(['bars']);
    expect(diff.causes.bars?.same).to.equal(runs.symbols.length - 1);
    const [change, ...others] = diff.causes.bars?.series ?? [];
    expect(others).to.deep.equal([]);
    expect(change).to.deep.include({
      ...{ symbol, kinds: ['changed'], afterEnd: false },
      bars: { added: null, removed: null, changed: { bars: 1, first: DAY, last: DAY } },
      actions: { added: [], removed: [] },
    });
    expect(modelOf(diff, 'teacher').moves?.outcomes).to.be.greaterThan(0);
  });

  it('compares by dates and counts where the bars are gone', async () => {
    const elsewhere = path.join(home.root, 'elsewhere');
    await cp(home.bundle('bar'), elsewhere, { recursive: true });
    await rm(home.ingest('bar'));
    const diff = await compareBundles(home, home.bundle('base'), elsewhere);
    expect(diff.after.inputs).to.equal(false);
    expect(diff.causes.bars?.series[0]).to.deep.include({ kinds: ['differs'], bars: null, afterEnd: null });
  });

  it('names the symbols of another universe, and the windows that go with them', async () => {
    const [gone = '', ...symbols] = [...runs.symbols].reverse();
    await runs.run('universe', { symbols });
    const diff = await compare('universe');
    expect(diff.kinds).to.deep.equal(['universe']);
    expect(diff.causes.universe).to.deep.equal({ fields: [], added: [], removed: [gone], members: [] });
    const { windows } = consequencesOf(diff);
    expect(windows.outcomes).to.have.length(1);
    expect(windows.outcomes[0]).to.deep.include({ before: 'succeeded', after: 'not planned', windows: 2 });
    expect(windows.outcomes[0]?.examples[0]).to.match(new RegExp(`^${gone}_`));
    const teacher = modelOf(diff, 'teacher');
    expect(teacher.moves?.rows.after).to.equal(teacher.moves?.rows.common);
    expect(teacher.moves?.rows.before).to.be.greaterThan(teacher.moves?.rows.common ?? 0);
  });

  it('tells rows that were added from models that changed', async () => {
    await runs.run('longer', { to: '2022-03-01' });
    const diff = await compare('longer');
    expect(diff.separate).to.deep.equal(['configuration']);
    const teacher = modelOf(diff, 'teacher');
    expect(teacher.moves?.rows.common)
      .to.be.greaterThan(0)
      .and.to.be.below(teacher.moves?.rows.after ?? 0);
    const [loss] = teacher.figures;
    expect(loss?.common).to.deep.include({ difference: 0, low: 0, high: 0, withinNoise: true });
    expect(loss?.parts).to.deep.include({ outcomes: 0, predictions: 0 });
    expect(loss?.parts.rows).to.equal(loss?.all.difference).and.not.to.equal(0);
  });

  it('names another program and another backend', async () => {
    const copy = await copyOf('seed', 'machine');
    await forge(copy, home.signingKey(), {}, (statement) => {
      fromAnotherProgram(statement);
      const { internalParameters } = statement.predicate.buildDefinition;
      internalParameters.backends = ['wasm-4.22.0-avx2'];
    });
    const diff = await compareBundles(home, home.bundle('base'), copy);
    expect(diff.separate).to.deep.equal(['code', 'seed', 'backend']);
    expect(diff.causes.code?.fields.map(({ name }) => name)).to.deep.equal(['results']);
    // The home knows what trained it: the same code.
    expect(diff.causes.code?.sameTraining).to.equal(true);
    expect(diff.causes.backend?.after).to.deep.equal(['wasm-4.22.0-avx2']);
    const parts = diff.causes.backend?.parts ?? [];
    expect(parts.find(({ name }) => name === 'library')).to.deep.include({ after: 'wasm' });
  });

  it('compares with a bundle of an earlier version what both have', async () => {
    const copy = await copyOf('seed', 'earlier');
    const { earlier } = await asEarlierVersion(copy);
    const config = await readFile(path.join(copy, BUNDLE.config), 'utf8');
    const { entry, membership, ...older } = z.record(z.string(), z.unknown()).parse(JSON.parse(config));
    expect([entry, membership]).to.deep.equal(['next-open', 'today']);
    await forge(
      copy,
      home.signingKey(),
      { ...earlier, [BUNDLE.config]: bundleJson(older) },
      fromAnotherProgram,
    );
    const diff = await compareBundles(home, copy, home.bundle('base'));
    // Earlier versions entered at the close, and had the members of today.
    expect(diff.causes.configuration).to.deep.equal([{ name: 'entry', before: 'close', after: 'next-open' }]);
    expect(diff.kinds).to.deep.equal(['code', 'configuration', 'seed']);
    const { figures, choices } = consequencesOf(diff);
    const named = (name: string) => figures.moved.find((change) => change.name === name);
    expect(named('forward.teacher.logLoss')?.before).to.be.a('number');
    expect(named('forward.teacher.rankIc.mean')).to.deep.include({ before: null, difference: null });
    expect(choices.compared).to.equal(0);
  });

  it('has the figures of the bundles', async () => {
    const metrics = metricsSchema.parse(
      JSON.parse(await readFile(path.join(home.bundle('seed'), BUNDLE.metrics), 'utf8')),
    );
    const { figures } = consequencesOf(await compare('seed'));
    const auc = figures.moved.find(({ name }) => name === 'forward.teacher.auc');
    expect(auc?.after).to.equal(metrics.forward.teacher.auc);
    expect(auc?.intervals.after).to.deep.equal(metrics.forward.teacher.confidence.auc);
  });

  it('refuses a damaged bundle, naming the file', async () => {
    const copy = await copyOf('base', 'damaged');
    await rm(path.join(copy, BUNDLE.plan));
    const error = await rejection(compareBundles(home, home.bundle('seed'), copy), GurukulError);
    expect(error).to.have.property('type', 'ChecksumMismatch');
    expect(String(error)).to.contain('damaged').and.to.contain('configs/plan.json');
  });

  async function copyOf(run: string, name: string): Promise<string> {
    const copy = path.join(home.root, name);
    await cp(home.bundle(run), copy, { recursive: true });
    return copy;
  }
});

/** A close of one day that is 3 % higher. */
function withHigherClose(bars: BarSeries, day: string): BarSeries {
  const at = lowerBound(bars.time, startOfDate(day));
  const close = bars.close.slice();
  const high = bars.high.slice();
  close[at] = Math.round(103 * (close[at] ?? NaN)) / 100;
  high[at] = Math.max(high[at] ?? NaN, close[at] ?? NaN);
  return { ...bars, close, high };
}

function consequencesOf({ consequences }: RunDiff): Consequences {
  if (consequences === null) throw new Error('the bundles are equal');
  return consequences;
}

function modelOf(diff: RunDiff, model: ModelChanges['model']): ModelChanges {
  const found = consequencesOf(diff).models.find((one) => one.model === model);
  if (found === undefined) throw new Error(`there is no ${model}`);
  return found;
}
