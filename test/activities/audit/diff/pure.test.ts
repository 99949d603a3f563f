import { expect } from 'chai';
import fc from 'fast-check';

import type { Causes } from '../../../../activities/audit/diff/causes.js';
import { kindsOf, ownKinds } from '../../../../activities/audit/diff/causes.js';
import { CommonFigures } from '../../../../activities/audit/diff/common-figures.js';
import { figureChanges } from '../../../../activities/audit/diff/figure-changes.js';
import { sortedRows } from '../../../../activities/audit/diff/paired-rows.js';
import { cohortMoves, joinMoves } from '../../../../activities/audit/diff/prediction-changes.js';
import type { ComparedSeries } from '../../../../activities/audit/diff/series-change.js';
import { seriesChange } from '../../../../activities/audit/diff/series-change.js';
import { changedLeaves } from '../../../../activities/audit/diff/values.js';
import { verdictChanges } from '../../../../activities/audit/diff/verdict-changes.js';
import { compareWindows } from '../../../../activities/audit/diff/window-changes.js';
import type { BarSeries } from '../../../../data/bars/series.js';
import type { Predictions } from '../../../../data/predictions/prediction.js';
import { takeRows } from '../../../../data/predictions/parquet.js';
import { canonicalJson, sha256 } from '../../../../data/store/digests.js';
import { MINUTES_PER_DAY, dayNumber } from '../../../../data/time/dates.js';
import { fixturePredictions } from '../../figures/predictions-fixture.js';
import { mirrored, rounded } from './mirrored.js';

/** Checks that a comparison finds nothing between equal things, and turns over when they are exchanged. */
function expectSymmetric<Thing, Found>(
  things: fc.Arbitrary<Thing>,
  compare: (before: Thing, after: Thing) => Found,
  isNothing: (found: Found, thing: Thing) => void,
  runs = 60,
): void {
  fc.assert(
    fc.property(things, things, (one, other) => {
      expect(rounded(compare(other, one))).to.deep.equal(mirrored(compare(one, other)));
      isNothing(compare(one, structuredClone(one)), one);
    }),
    { numRuns: runs },
  );
}

const FIRST = dayNumber('2021-01-04') * MINUTES_PER_DAY;

/** Days with a bar, and a price for each. */
const bars = fc.uniqueArray(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 3 })), {
  selector: ([day]) => day,
  maxLength: 10,
});

const comparedSeries = fc
  .tuple(bars, fc.boolean(), fc.constantFrom('ok' as const, 'refused' as const), fc.subarray([2, 5]))
  .map(([drawn, stored, status, factors]) => seriesOf(drawn, { stored, status, factors }));

function seriesOf(
  drawn: readonly (readonly [day: number, price: number])[],
  {
    stored = true,
    status = 'ok',
    factors = [],
  }: { stored?: boolean; status?: 'ok' | 'refused'; factors?: readonly number[] } = {},
): ComparedSeries {
  const sorted = [...drawn].sort(([a], [b]) => a - b);
  const price = Float64Array.from(sorted, ([, value]) => value);
  const series: BarSeries = {
    ...{ symbol: 'TCS', interval: '1day', open: price, high: price, low: price, close: price, volume: price },
    time: Int32Array.from(sorted, ([day]) => FIRST + day * MINUTES_PER_DAY),
  };
  const day = (at: number): string | null => {
    const [found] = sorted.at(at) ?? [];
    return found === undefined ? null : `2021-01-${String(found + 4).padStart(2, '0')}`;
  };
  const corporateActions = factors.map((factor) => ({
    exDate: '2021-01-08',
    priceFactor: factor,
    kind: `split ${factor}:1`,
  }));
  const state = {
    ...{ symbol: 'TCS', status, first: day(0), last: day(-1), bars: sorted.length },
    ...{ reason: null, error: null, missingSessions: 0, actions: factors.length },
  };
  return {
    entry: { ...state, sha256: sha256(canonicalJson(sorted)), findings: {} },
    record: stored ? { ...state, ref: null, corporateActions, findings: [] } : undefined,
    series: stored ? series : undefined,
  };
}

const LATE = '2030-01-01';

describe('the parts of a comparison of two runs', () => {
  it('compares any series with another, either way round', () => {
    expectSymmetric(
      comparedSeries,
      (before, after) => seriesChange(before, after, LATE) ?? null,
      (found) => expect(found).to.equal(null),
      400,
    );
  });

  const cases: readonly (readonly [string, ComparedSeries, ComparedSeries, object])[] = [
    [
      'added at the end',
      seriesOf([
        [0, 1],
        [1, 1],
      ]),
      seriesOf([
        [0, 1],
        [1, 1],
        [2, 1],
        [3, 1],
      ]),
      {
        kinds: ['added_at_end'],
        bars: { added: { bars: 2, first: '2021-01-06', last: '2021-01-07' }, removed: null, changed: null },
      },
    ],
    [
      'missing between, with a change',
      seriesOf([
        [0, 1],
        [1, 1],
        [2, 1],
        [3, 1],
      ]),
      seriesOf([
        [0, 1],
        [2, 2],
        [3, 1],
      ]),
      {
        kinds: ['removed_inside', 'changed'],
        bars: {
          added: null,
          removed: { bars: 1, first: '2021-01-05', last: '2021-01-05' },
          changed: { bars: 1, first: '2021-01-06', last: '2021-01-06' },
        },
      },
    ],
    [
      'adjusted for another action',
      seriesOf([[0, 1]]),
      seriesOf([[0, 1]], { factors: [5] }),
      { kinds: ['adjusted'], bars: null, actions: { added: ['2021-01-08 × 5'], removed: [] } },
    ],
    [
      'newly there',
      seriesOf([[0, 1]], { status: 'refused' }),
      seriesOf([[0, 1]]),
      { kinds: ['new'], afterEnd: false },
    ],
    [
      'added at the start, by dates alone',
      seriesOf(
        [
          [2, 1],
          [3, 1],
        ],
        { stored: false },
      ),
      seriesOf([
        [0, 1],
        [2, 1],
        [3, 1],
      ]),
      { kinds: ['added_before'], bars: null, actions: null, afterEnd: null },
    ],
  ];
  for (const [name, before, after, expected] of cases)
    it(`says that bars are ${name}`, () => {
      expect(seriesChange(before, after, LATE)).to.deep.include(expected);
    });

  it('does not count bars after the end of both runs as a cause', () => {
    const change = seriesChange(
      seriesOf([[0, 1]]),
      seriesOf([
        [0, 1],
        [5, 1],
      ]),
      '2021-01-09',
    );
    expect(change).to.deep.include({ kinds: ['added_at_end'], afterEnd: true });
    const causes: Causes = {
      bars: { series: change === undefined ? [] : [change], same: 3, unseen: false, follows: [] },
      ...{ code: null, universe: null, seed: null, backend: null, configuration: [], policy: [] },
    };
    expect(kindsOf(causes)).to.deep.equal(['bars']);
    expect(ownKinds(causes)).to.deep.equal([]);
    const used = { ...causes, bars: { series: [], same: 3, unseen: true, follows: [] } };
    expect(ownKinds(used)).to.deep.equal(['bars']);
    expect(ownKinds({ ...used, bars: { ...used.bars, follows: ['source'] } })).to.deep.equal([]);
  });

  const outcome = fc.constantFrom('succeeded', 'skipped (not_listed)', 'failed (Diverged)');
  const windows = fc
    .dictionary(
      fc.constantFrom('A_1', 'A_2', 'B_1', 'B_2', 'C_1'),
      fc.record({ outcome, bars: fc.nat(2), line: fc.constantFrom('', '{}') }),
    )
    .map((found) => new Map(Object.entries(found)));

  it('compares any windows with others, either way round', () => {
    expectSymmetric(windows, compareWindows, (found) => {
      expect(found).to.deep.include({ outcomes: [], bars: 0, lines: 0 });
    });
  });

  it('compares any JSON with another, either way round', () => {
    expectSymmetric(
      fc.jsonValue({ maxDepth: 3 }),
      // Keys of these values may be `before` or `after`: names are compared with all values as texts.
      (before, after) =>
        changedLeaves(before, after).map((change) => ({
          name: change.name,
          before: JSON.stringify(change.before),
          after: JSON.stringify(change.after),
        })),
      (found) => expect(found).to.deep.equal([]),
    );
  });

  const maybe = fc.option(fc.double({ min: -1, max: 1, noNaN: true }));
  const interval = fc.record({ low: maybe, high: maybe });
  const metrics = fc.record(
    {
      forward: fc.record({
        teacher: fc.record(
          { logLoss: maybe, auc: maybe, confidence: fc.record({ logLoss: interval, auc: interval }) },
          { requiredKeys: [] },
        ),
      }),
      ranking: fc.record({
        headline: fc.constant(5),
        rows: fc
          .constantFrom('teacher', 'factorSum')
          .chain((name) =>
            fc
              .record({ low: maybe, high: maybe, mean: maybe })
              .map((raw) => [{ name, horizons: [{ horizon: 5, raw, neutral: raw }] }]),
          ),
      }),
    },
    { requiredKeys: [] },
  );

  it('compares any figures with others, either way round', () => {
    expectSymmetric(
      metrics,
      (before, after) =>
        figureChanges({ metrics: before, tests: undefined }, { metrics: after, tests: undefined }),
      ({ moved }) => expect(moved).to.deep.equal([]),
      300,
    );
  });

  it('calls a figure within noise where each value lies in the interval of the other', () => {
    const of = (logLoss: number, low: number, high: number) => ({
      metrics: { forward: { teacher: { logLoss, confidence: { logLoss: { low, high } } } } },
      tests: { teacherRanks: { estimate: logLoss, pValue: 0.5 } },
    });
    const noise = (after: ReturnType<typeof of>) =>
      figureChanges(of(0.6, 0.55, 0.65), after).moved.find(({ name }) => name === 'forward.teacher.logLoss');
    expect(noise(of(0.62, 0.58, 0.66))).to.deep.include({ withinNoise: true, before: 0.6, after: 0.62 });
    // It lies in the wide interval, but the other does not lie in its narrow one.
    expect(noise(of(0.62, 0.61, 0.63))).to.deep.include({ withinNoise: false });
    expect(figureChanges(of(0.6, 0.5, 0.7), of(0.7, 0.5, 0.7)).moved.map(({ name }) => name)).to.deep.equal([
      'forward.teacher.logLoss',
      'tests.teacherRanks',
    ]);
  });

  const verdict = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    question: fc.constant('Is it?'),
    answer: fc.constantFrom('yes', 'no', 'unknown'),
  });
  const briefing = fc.option(
    fc.record({
      recommendation: fc.constantFrom('promote', 'do not promote'),
      verdicts: fc.uniqueArray(verdict, { selector: ({ id }) => id }),
    }),
    { nil: undefined },
  );

  it('compares any briefing with another, either way round', () => {
    const sorted = (before: Briefing, after: Briefing) => {
      const { flipped, ...rest } = verdictChanges(before, after);
      return { ...rest, flipped: [...flipped].sort((a, b) => (a.id < b.id ? -1 : 1)) };
    };
    expectSymmetric(briefing, sorted, ({ flipped }) => {
      expect(flipped).to.deep.equal([]);
    });
  });
  type Briefing = Parameters<typeof verdictChanges>[0];

  const base = fixturePredictions({ seed: 1, dates: 60, symbols: 8, signal: 0.4 });
  /** Which rows of the fixture are there, and which of them are changed in what way. */
  const edits = fc.record({
    share: fc.double({ min: 0.5, max: 1, noNaN: true }),
    step: fc.integer({ min: 1, max: 1000 }),
    kind: fc.constantFrom('predictions', 'outcomes', 'both'),
  });

  it('compares any predictions with others, either way round', () => {
    expectSymmetric(
      edits,
      (before, after) => joinMoves([cohortMoves('c', editedRows(base, before), editedRows(base, after))]),
      (found, edit) => {
        const { symbol } = editedRows(base, edit);
        expect(found).to.deep.equal({
          rows: { before: symbol.length, after: symbol.length, common: symbol.length },
          windows: { common: new Set(symbol).size, moved: 0 },
          ...{ moved: 0, outcomes: 0, baseRates: 0, first: null },
          largest: { probability: null, score: null },
        });
      },
      30,
    );
  });

  it('compares figures on common rows either way round, in parts that sum to the difference', () => {
    expectSymmetric(
      edits,
      (before, after) => {
        const collected = new CommonFigures('teacher', 5);
        collected.add(editedRows(base, before), editedRows(base, after));
        const found = collected.finish();
        for (const { all, parts } of found) {
          if (all.difference === null || parts.predictions === null) continue;
          const sum = (parts.rows ?? NaN) + (parts.outcomes ?? NaN) + parts.predictions;
          expect(sum).to.be.closeTo(all.difference, 1e-12);
        }
        return found;
      },
      ([loss]) => {
        expect(loss?.all.difference).to.equal(0);
        expect(loss?.common).to.deep.include({ difference: 0, low: 0, high: 0, withinNoise: true });
      },
      20,
    );
  });

  it('blames other outcomes for a log-loss where the predictions stayed, and the reverse', () => {
    const parts = (kind: Edit['kind']) => {
      const collected = new CommonFigures('teacher', 5);
      collected.add(base, editedRows(base, { share: 1, step: 3, kind }));
      return collected.finish()[0]?.parts;
    };
    expect(parts('outcomes')).to.deep.include({ rows: 0, predictions: 0 });
    expect(parts('outcomes')?.outcomes).to.be.greaterThan(0);
    expect(parts('predictions')).to.deep.include({ rows: 0, outcomes: 0 });
    expect(parts('predictions')?.predictions).to.not.equal(0);
  });
});

interface Edit {
  readonly share: number;
  readonly step: number;
  readonly kind: 'predictions' | 'outcomes' | 'both';
}

function editedRows(all: Predictions, { share, step, kind }: Edit): Predictions {
  const rows = [...all.symbol.keys()].filter((row) => (row * 7919) % 1000 < 1000 * share);
  const taken = takeRows(all, rows);
  const hit = (row: number, of: Edit['kind']): boolean =>
    (kind === of || kind === 'both') && row % step === 0;
  return sortedRows([
    {
      ...taken,
      probability: taken.probability.map((value, row) => (hit(row, 'predictions') ? value / 2 : value)),
      score: taken.score.map((value, row) => (hit(row, 'predictions') ? value + 0.1 : value)),
      label: taken.label.map((value, row) => (hit(row, 'outcomes') ? 1 - value : value)),
      forwardReturn: taken.forwardReturn.map((value, row) => (hit(row, 'outcomes') ? -value : value)),
    },
  ]);
}
