import { rm } from 'node:fs/promises';

import { expect } from 'chai';
import * as fc from 'fast-check';

import type { BarSlots } from '../../../activities/market/bar-slots.js';
import { ADJACENT_SLOTS } from '../../../activities/market/bar-slots.js';
import type { CohortBars } from '../../../activities/market/cohort-bars.js';
import { gatherCohortBars, readCohortBars, writeCohortBars } from '../../../activities/market/cohort-bars.js';
import { ALL_MEMBERS } from '../../../activities/market/membership.js';
import { runTrainerJob } from '../../../activities/model/run-trainer-job.js';
import type { Arm, FeatureTable } from '../../../activities/market/feature-table.js';
import { UNRESOLVED } from '../../../activities/market/feature-table.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import type { CohortDates, TrainingConfig } from '../../../data/schemas/training-config.js';
import { placeboSeries } from '../../../activities/market/placebo.js';
import type { BarSeries } from '../../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../../data/bars/series.js';
import { GurukulError } from '../../../data/errors.js';
import { addDays, dayNumber, dayOfMinutes, startOfDate } from '../../../data/time/dates.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { NO_SECTORS } from '../../../activities/market/sectors.js';
import { rejection } from '../../support/rejection.js';
import { contextOf, digestsOf, newHome, priorJob, shardJob, studentJob } from '../model/job-rig.js';
import { syntheticMarket, syntheticSeries } from './synthetic-market.js';

const DAYS = 320;
const FIRST = '2021-01-04';
const dayAt = (day: number): string => addDays(FIRST, day);

/** Three windows of 80 days; the last is cut short by the end of the bars. */
const COHORTS: readonly CohortDates[] = [
  [80, 160],
  [160, 240],
  [240, 310],
].map(([start = 0, end = 0]) => ({
  id: `${dayAt(start)}_to_${dayAt(end)}`,
  start: dayAt(start),
  end: dayAt(end),
}));

const MARKET = { slots: ADJACENT_SLOTS, membership: ALL_MEMBERS, sectors: NO_SECTORS };

const RULES = [
  { label: 'horizon', horizon: 5, threshold: 0.02 },
  { label: 'triple-barrier', horizon: 8, threshold: 0.03, entry: 'next-open' },
  { label: 'horizon', horizon: 5, threshold: 0.02, entry: 'next-close' },
] as const;

function configOf(to: string, rule: (typeof RULES)[number] = RULES[0]): TrainingConfig {
  return {
    runId: 'r',
    from: dayAt(80),
    to,
    interval: '1day',
    windowDays: 80,
    seed: 7,
    entry: 'close',
    ...rule,
  };
}

function before(market: readonly BarSeries[], day: string): BarSeries[] {
  return market.map((series) => sliceBars(series, 0, lowerBound(series.time, startOfDate(day))));
}

function barsOf(
  market: readonly BarSeries[],
  to: string,
  rule = RULES[0] as (typeof RULES)[number],
  depends: Partial<typeof MARKET> = {},
) {
  const gathered = gatherCohortBars(COHORTS, configOf(to, rule), to, { ...MARKET, ...depends });
  for (const series of before(market, to)) gathered.add(series);
  return gathered.digests();
}

function changed(before: Record<string, CohortBars>, after: Record<string, CohortBars>) {
  const parts = (part: 'prior' | 'forward'): number[] =>
    COHORTS.flatMap(({ id }, at) => (before[id]?.[part] === after[id]?.[part] ? [] : [at]));
  return { prior: parts('prior'), forward: parts('forward') };
}

/** The market with one close of a symbol slightly higher. */
function restated(symbol: string, day: number): BarSeries[] {
  return syntheticMarket(DAYS).map((series) => {
    if (series.symbol !== symbol) return series;
    const close = series.close.slice();
    const bar = lowerBound(series.time, startOfDate(dayAt(day)));
    close[bar] = (close[bar] ?? NaN) * 1.001;
    return { ...series, close };
  });
}

function tableOf(series: readonly BarSeries[], arm: Arm, rule: (typeof RULES)[number]): FeatureTable {
  return buildFeatureTable(
    arm === 'real' ? series : series.map((bars) => placeboSeries(bars, 7, rule)),
    rule,
  );
}

describe('the bars of a cohort', function () {
  this.timeout(300_000);
  const market = syntheticMarket(DAYS);
  const whole = barsOf(market, dayAt(DAYS));

  it('stay the same when bars are added that the cohort cannot use', () => {
    // One more day inside the last window: in the forward part of the second cohort, after that of the first.
    expect(changed(barsOf(market, dayAt(260)), barsOf(market, dayAt(261)))).to.deep.equal({
      prior: [2],
      forward: [1, 2],
    });
    // The first cohort's forward part ends on day 240, but its last labels need five more bars.
    expect(changed(barsOf(market, dayAt(244)), barsOf(market, dayAt(245)))).to.deep.equal({
      prior: [2],
      forward: [0, 1, 2],
    });
    // Six, where they are entered at the next close.
    const later = (day: number): number[] =>
      changed(barsOf(market, dayAt(day), RULES[2]), barsOf(market, dayAt(day + 1), RULES[2])).forward;
    expect([later(244), later(245)]).to.deep.equal([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    const fixed = (day: number): number[] =>
      changed(barsOf(market, dayAt(day)), barsOf(market, dayAt(day + 1))).forward;
    expect([fixed(244), fixed(245)]).to.deep.equal([
      [0, 1, 2],
      [1, 2],
    ]);
    // After the last window: no prior uses it.
    expect(changed(barsOf(market, dayAt(315)), barsOf(market, dayAt(316)))).to.deep.equal({
      prior: [],
      forward: [1, 2],
    });
  });

  it('change for every cohort that can use a restated bar', () => {
    expect(changed(whole, barsOf(restated('BETA', 20), dayAt(DAYS)))).to.deep.equal({
      prior: [0, 1, 2],
      forward: [0, 1, 2],
    });
    // In the forward part of the first cohort, in the window of the second.
    expect(changed(whole, barsOf(restated('BETA', 200), dayAt(DAYS)))).to.deep.equal({
      prior: [1, 2],
      forward: [0, 1, 2],
    });
    expect(changed(whole, barsOf(restated('ZETA', 290), dayAt(DAYS)))).to.deep.equal({
      prior: [2],
      forward: [1, 2],
    });
    // After the last window, inside the forward parts of the last two.
    expect(changed(whole, barsOf(restated('ZETA', 312), dayAt(DAYS)))).to.deep.equal({
      prior: [],
      forward: [1, 2],
    });
  });

  it('exclude a symbol without bars before the cut, and include it from its first bar on', () => {
    const late = [...market, syntheticSeries('ZZ', DAYS, (day) => day >= 200)];
    expect(changed(whole, barsOf(late, dayAt(DAYS)))).to.deep.equal({ prior: [1, 2], forward: [0, 1, 2] });
    const later = [...market, syntheticSeries('ZZ', DAYS, (day) => day >= 310)];
    expect(changed(whole, barsOf(later, dayAt(DAYS)))).to.deep.equal({ prior: [], forward: [1, 2] });
  });

  it('change with the sessions that the bars miss, where a cohort can use them', () => {
    // The market's days are sessions, and one more is put between two of them.
    const shifted = (from: number): BarSlots => ({
      ...ADJACENT_SLOTS,
      number: (time) =>
        time.map((minutes) => {
          const day = dayOfMinutes(minutes) - dayNumber(FIRST);
          return day + (day >= from ? 1 : 0);
        }),
    });
    const of = (from: number): Record<string, CohortBars> =>
      barsOf(market, dayAt(DAYS), RULES[0], { slots: shifted(from) });
    const none = of(DAYS);
    // Symbols without gaps have the digests of bars alone.
    const whole = market.filter(({ time }) => time.length === DAYS);
    const plain = (slots: BarSlots): Record<string, CohortBars> => {
      const gathered = gatherCohortBars(COHORTS, configOf(dayAt(DAYS)), dayAt(DAYS), { ...MARKET, slots });
      for (const series of whole) gathered.add(series);
      return gathered.digests();
    };
    expect(whole).to.have.length.above(0);
    expect(plain(shifted(DAYS))).to.deep.equal(plain(ADJACENT_SLOTS));
    expect(changed(none, of(20))).to.deep.equal({ prior: [0, 1, 2], forward: [0, 1, 2] });
    expect(changed(none, of(200))).to.deep.equal({ prior: [1, 2], forward: [0, 1, 2] });
    expect(changed(none, of(312))).to.deep.equal({ prior: [], forward: [1, 2] });
  });

  it('change with the members of the dates that a cohort can use, and no others', () => {
    const of = (day: number): Record<string, CohortBars> =>
      barsOf(market, dayAt(DAYS), RULES[0], {
        membership: new Map([['BETA', [{ from: '2000-01-01', to: dayAt(day) }]]]),
      });
    expect(changed(whole, of(DAYS))).to.deep.equal({ prior: [], forward: [] });
    expect(changed(whole, of(20))).to.deep.equal({ prior: [0, 1, 2], forward: [0, 1, 2] });
    expect(changed(whole, of(200))).to.deep.equal({ prior: [1, 2], forward: [0, 1, 2] });
    // After the forward part of the first cohort, although its last labels look at these bars.
    expect(changed(whole, of(241))).to.deep.equal({ prior: [2], forward: [1, 2] });
    expect(changed(whole, of(312))).to.deep.equal({ prior: [], forward: [1, 2] });
  });

  it('change with the sector of a symbol that has bars', () => {
    const sectors = (symbol: string): Record<string, CohortBars> =>
      barsOf(market, dayAt(DAYS), RULES[0], { sectors: new Map([[symbol, 'Banks']]) });
    expect(changed(whole, sectors('BETA'))).to.deep.equal({ prior: [0, 1, 2], forward: [0, 1, 2] });
    expect(changed(whole, sectors('NOBODY'))).to.deep.equal({ prior: [], forward: [] });
  });

  it('end with the forward part or the run, whichever is earlier', () => {
    expect(COHORTS.map(({ id }) => barsOf(market, dayAt(260))[id]?.forwardEnd)).to.deep.equal(
      [240, 260, 260].map(dayAt),
    );
  });

  it('change when symbols are renamed', () => {
    const renamed = market.map((series) => ({ ...series, symbol: `${series.symbol}X` }));
    expect(changed(whole, barsOf(renamed, dayAt(DAYS)))).to.deep.equal({
      prior: [0, 1, 2],
      forward: [0, 1, 2],
    });
  });

  it('are saved next to the plan, and used for the same ingest, dates and labels only', async () => {
    const home = newHome();
    const [cohort] = COHORTS;
    if (cohort === undefined) throw new Error('no cohort');
    const ingest = { uri: 'models/r/ingest.json', sha256: 'a'.repeat(64), bytes: 1, rows: 1 };
    const config = configOf(dayAt(DAYS));
    await writeCohortBars(home, { ingest, config }, whole);
    expect(await readCohortBars(home, { ingest, config, cohort })).to.deep.equal(whole[cohort.id]);
    // Otherwise they are recomputed, here from an ingest that does not exist.
    for (const other of [
      { ingest: { ...ingest, sha256: 'b'.repeat(64) }, config },
      { ingest, config: { ...config, to: dayAt(300) } },
      { ingest, config: { ...config, windowDays: 70 } },
      { ingest, config: { ...config, horizon: 6 } },
      { ingest, config: { ...config, entry: 'next-close' as const } },
    ])
      await rejection(readCohortBars(home, { ...other, cohort }), GurukulError);
    await rm(home.root, { recursive: true });
  });

  it('require symbols in ascending order', () => {
    const gathered = gatherCohortBars(COHORTS, configOf(dayAt(DAYS)), dayAt(DAYS), MARKET);
    gathered.add(syntheticSeries('B', 100));
    expect(() => gathered.add(syntheticSeries('A', 100))).to.throw(GurukulError, /A follows B/);
  });

  it('determine its rows: later bars change no bit of them, on real and on placebo bars', () => {
    const tables = new Map<string, FeatureTable>();
    const wholeTable = (arm: Arm, rule: (typeof RULES)[number]): FeatureTable => {
      const key = `${arm} ${RULES.indexOf(rule)}`;
      const table = tables.get(key) ?? tableOf(market, arm, rule);
      tables.set(key, table);
      return table;
    };
    fc.assert(
      fc.property(
        fc.constantFrom<Arm>('real', 'placebo'),
        fc.constantFrom(...RULES),
        fc.integer({ min: 70, max: DAYS - 1 }),
        (arm, rule, day) => {
          const full = wholeTable(arm, rule);
          const cut = tableOf(
            before(market, dayAt(day)).filter(({ time }) => time.length > 0),
            arm,
            rule,
          );
          for (const part of cut.symbols) {
            const same = full.symbols.find(({ symbol }) => symbol === part.symbol);
            if (same === undefined) throw new Error(`${part.symbol} is missing`);
            const rows = part.time.length;
            const width = full.names.length;
            const relative = full.relativeColumns.length;
            expect(part.time).to.deep.equal(same.time.slice(0, rows));
            expect(part.complete).to.deep.equal(same.complete.slice(0, rows));
            expect(bits(part.features)).to.deep.equal(bits(same.features.slice(0, rows * width)));
            expect(bits(part.relative)).to.deep.equal(bits(same.relative.slice(0, rows * relative)));
            // Only labels whose horizon lies inside the cut series.
            const resolved = part.resolvedAt.filter((time) => time !== UNRESOLVED).length;
            for (const column of [
              'forwardReturn',
              'forwardScale',
              'label',
              'touchedAt',
              'resolvedAt',
              'weight',
            ] as const)
              expect(bits(part[column].slice(0, resolved)), column).to.deep.equal(
                bits(same[column].slice(0, resolved)),
              );
          }
        },
      ),
      { numRuns: 24 },
    );
  });

  it('determine its units: later bars and later symbols change no file', async () => {
    await initBackend();
    const [cohort] = COHORTS.slice(1);
    if (cohort === undefined) throw new Error('no cohort');
    const home = newHome();
    const symbols = ['ALPHA', 'BETA', 'DELTA', 'OMEGA'];
    // First the cohort's bars alone; then all bars and a symbol that lists later.
    const until = dayAt(330);
    const plenty = [...syntheticMarket(400), syntheticSeries('ZZ', 400, (day) => day >= 340)];
    const digests: Record<string, unknown>[] = [];
    for (const arm of ['real', 'placebo'] as const)
      for (const [runId, series, to] of [
        ['short', before(syntheticMarket(400), until), until],
        ['long', plenty, dayAt(400)],
      ] as const) {
        const config = { ...configOf(to), runId };
        const gathered = gatherCohortBars([cohort], config, to, MARKET);
        for (const bars of series) gathered.add(bars);
        const table = tableOf(series, arm, RULES[0]);
        const bars = gathered.digests()[cohort.id];
        if (bars === undefined) throw new Error('no bars');
        const context = contextOf(home, table, { cohortBars: () => Promise.resolve(bars) });
        const of = { config, cohort, arm, reuse: 'own' } as const;
        const prior = await runTrainerJob(priorJob(of), context);
        const shard = await runTrainerJob(shardJob(prior.manifest, symbols, of), context);
        expect([prior.reused, shard.reused], `${arm} ${runId}`).to.deep.equal([false, false]);
        expect(shard.succeeded).to.equal(4);
        const own = { prior: prior.manifest, shards: [shard.manifest] };
        const student = await runTrainerJob(studentJob(own, of), context);
        const units = [prior, shard, student].map(({ manifest }) => manifest);
        digests.push({ bars, files: await Promise.all(units.map(async (unit) => digestsOf(home, unit))) });
      }
    expect(digests[1]).to.deep.equal(digests[0]);
    expect(digests[3]).to.deep.equal(digests[2]);
    await rm(home.root, { recursive: true });
  });
});

/** The bytes of a column, so that NaN equals NaN and −0 is not 0. */
function bits(column: ArrayBufferView): Buffer {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength);
}
