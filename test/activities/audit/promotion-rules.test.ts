import { rm } from 'node:fs/promises';

import { expect } from 'chai';

import type { BundleFacts } from '../../../activities/audit/bundle-facts.js';
import { readFacts } from '../../../activities/audit/bundle-facts.js';
import { recommendationOf, answersOf } from '../../../activities/audit/promotion-rules.js';
import { briefingOf } from '../../../activities/audit/briefing.js';
import { choiceLines } from '../../../client/cli/headline.js';
import { readBundle } from '../../../activities/audit/read-bundle.js';
import type { Integrity } from '../../../data/schemas/integrity.js';
import type { EffectTest, StatTests } from '../../../data/schemas/metrics.js';
import type { Home } from '../../../data/store/home.js';
import { audit, finishedRun, freshHome } from './finished-run.js';

/** Just above zero, at the required significance. */
const ABOVE = { low: 1e-6, pValue: 0.05 };

/** As good as what it is compared with, measured to a hundredth. */
const AHEAD = { estimate: 0, standardError: 0.01 };

describe('the promotion rules', () => {
  let home: Home;
  /** A run that just meets every rule. */
  let good: BundleFacts;

  before(async () => {
    home = await freshHome();
    const { bundle } = await audit(home, await finishedRun(home, { runId: 'run_a', dates: 60 }));
    const read = await readBundle(bundle);
    if ('file' in read) throw new Error(`${read.file} is not valid`);
    const facts = await readFacts(read.covered);
    const above = (test: EffectTest): EffectTest => ({ ...test, ...ABOVE });
    const { statTests } = facts;
    good = {
      ...withDetectable(withTeacher(facts, { dates: 120, ece: 0.05 }), 0.03),
      windows: { ...facts.windows, succeeded: 8, failed: 2 },
      config: { ...facts.config, maxFailureRate: 0.2 },
      statTests: {
        ...statTests,
        teacherBeatsBaseRate: above(statTests.teacherBeatsBaseRate),
        teacherBeatsPlacebo: above(statTests.teacherBeatsPlacebo),
        teacherAucBeatsPlacebo: above(statTests.teacherAucBeatsPlacebo),
        teacherAucBeatsChance: above(statTests.teacherAucBeatsChance),
        teacherBeatsPooledRate: above(statTests.teacherBeatsPooledRate),
        teacherRanksNeutral: above(statTests.teacherRanksNeutral),
        teacherNeutralBeatsPlacebo: above(statTests.teacherNeutralBeatsPlacebo),
        teacherRanksBeyondFactorSum: { ...statTests.teacherRanksBeyondFactorSum, ...AHEAD },
        teacherNeutralBeyondFactorSum: { ...statTests.teacherNeutralBeyondFactorSum, ...AHEAD },
        studentBeatsBaseRate: above(statTests.studentBeatsBaseRate),
        placeboBeatsPooledRate: { ...statTests.placeboBeatsPooledRate, low: 0, pValue: 0.05 },
        activeSharpe: { ...statTests.activeSharpe, deflated: 0.95 },
      },
    };
  });
  after(async () => rm(home.root, { recursive: true }));

  /** Questions that are not answered yes. */
  const against = (facts: BundleFacts): Record<string, string> =>
    Object.fromEntries(
      answersOf(facts).flatMap(({ id, answer }) => (answer === 'yes' ? [] : [[id, answer]])),
    );
  const withTest = (name: keyof StatTests, change: object): BundleFacts => ({
    ...good,
    statTests: { ...good.statTests, [name]: { ...good.statTests[name], ...change } },
  });
  const withIntegrity = (change: Partial<Integrity>): BundleFacts => ({
    ...good,
    integrity: { ...good.integrity, ...change },
  });

  it('pass a run that just meets each of them', () => {
    expect(against(good)).to.deep.equal({});
    expect(recommendationOf(answersOf(good)).recommendation).to.equal('promote');
  });

  it('name a choice that flatters before anything else', () => {
    const chosen = { ...good, config: { ...good.config, entry: 'close' as const } };
    const { recommendation, reasons } = recommendationOf(answersOf(chosen));
    expect(recommendation).to.equal('do not promote');
    expect(reasons).to.have.length(1);
    expect(reasons[0]).to.match(/^Can anybody trade at the entry\? No: .* nobody can trade any more/);
    expect(choiceLines(briefingOf(chosen))[0]).to.match(/^not to be promoted, .* \(--entry close\)$/);
    expect(choiceLines(briefingOf(good))).to.deep.equal([]);
    // No synthetic symbol was ever removed.
    expect(against({ ...good, config: { ...good.config, membership: 'today' } })).to.deep.equal({});
  });

  const cases: readonly (readonly [string, () => BundleFacts, Readonly<Record<string, string>>])[] = [
    ['one session less than half a year', () => withTeacher(good, { dates: 119 }), { enough_evidence: 'no' }],
    [
      'an entry at which nobody can trade',
      () => ({ ...good, config: { ...good.config, entry: 'close' } }),
      { entry_can_be_traded: 'no' },
    ],
    [
      'survivors only, on real bars',
      () => ({
        ...good,
        config: { ...good.config, membership: 'today' },
        ingest: { ...good.ingest, source: 'csv' },
      }),
      { members_of_the_time: 'no' },
    ],
    ['slightly worse calibration', () => withTeacher(good, { ece: 0.0501 }), { calibrated: 'no' }],
    ['no calibration', () => withTeacher(good, { ece: null }), { calibrated: 'unknown' }],
    [
      'one more failed window',
      () => ({ ...good, windows: { ...good.windows, succeeded: 7, failed: 3 } }),
      { complete: 'no' },
    ],
    [
      'no trained windows',
      () => ({ ...good, windows: { ...good.windows, succeeded: 0, failed: 0 } }),
      { complete: 'unknown' },
    ],
    ['luck after costs', () => withTest('activeSharpe', { deflated: 0.9499 }), { survives_costs: 'no' }],
    ['unknown costs', () => withTest('activeSharpe', { deflated: null }), { survives_costs: 'unknown' }],
    ['a placebo with skill', () => withTest('placeboBeatsPooledRate', ABOVE), { placebo_has_none: 'no' }],
    [
      'a placebo without a p-value',
      () => withTest('placeboBeatsPooledRate', { pValue: null }),
      { placebo_has_none: 'unknown' },
    ],
    [
      'a probe without rows',
      () =>
        withIntegrity({
          probes: good.integrity.probes.map((probe, at) => (at === 0 ? { ...probe, rows: 0 } : probe)),
        }),
      { no_leak: 'unknown' },
    ],
    [
      'a score that is behind the factor sum by luck',
      () => withTest('teacherNeutralBeyondFactorSum', { estimate: -0.0099 }),
      { beats_factor_sum: 'not enough data' },
    ],
    [
      'a score that is behind the factor sum',
      () => withTest('teacherRanksBeyondFactorSum', { estimate: -0.0101 }),
      { beats_factor_sum: 'no' },
    ],
    [
      'no factors',
      () => withTest('teacherRanksBeyondFactorSum', { estimate: null }),
      { beats_factor_sum: 'unknown' },
    ],
    [
      'a score that does not rank, where an IC of 0.03 would have been seen',
      () => withTest('teacherRanksNeutral', { low: 0 }),
      { ranks: 'no' },
    ],
    [
      'a score that does not rank, where an IC of 0.03 would not have been seen',
      () => withDetectable(withTest('teacherRanksNeutral', { low: 0 }), 0.0301),
      { ranks: 'not enough data' },
    ],
    [
      'permuted teachers that rank as well',
      () => withTest('teacherNeutralBeatsPermuted', { estimate: 0, low: 0, pValue: 0.5 }),
      { ranks: 'no' },
    ],
    ['no probes', () => withIntegrity({ probes: [] }), { no_leak: 'unknown' }],
    [
      'a leak',
      () => withIntegrity({ findings: [{ probe: 'truncation', symbol: 'TCS', message: 'a leak', rows: 1 }] }),
      { no_leak: 'no' },
    ],
    ...(
      [
        ['teacherBeatsBaseRate', 'beats_base_rate'],
        ['teacherBeatsPlacebo', 'beats_placebo'],
        ['teacherAucBeatsPlacebo', 'beats_placebo'],
        ['teacherAucBeatsChance', 'beats_placebo'],
        ['teacherBeatsPooledRate', 'beats_placebo'],
        ['teacherRanksNeutral', 'ranks'],
        ['teacherNeutralBeatsPlacebo', 'ranks'],
        ['studentBeatsBaseRate', 'student_beats_base_rate'],
      ] as const
    ).flatMap(([name, id]): (readonly [string, () => BundleFacts, Readonly<Record<string, string>>])[] => [
      [`${name} by chance`, () => withTest(name, { pValue: 0.0501 }), { [id]: 'no' }],
      [`${name} with an interval that reaches zero`, () => withTest(name, { low: 0 }), { [id]: 'no' }],
      [`${name} without a figure`, () => withTest(name, { pValue: null }), { [id]: 'unknown' }],
    ]),
  ];
  for (const [what, factsOf, expected] of cases)
    it(`stop a run with ${what}, by that rule alone`, () => {
      const facts = factsOf();
      expect(against(facts)).to.deep.equal(expected);
      const { recommendation, reasons } = recommendationOf(answersOf(facts));
      expect(recommendation).to.equal('do not promote');
      expect(reasons).to.have.length(1);
    });
});

/** The least IC that the teachers' rows could have shown. */
function withDetectable(facts: BundleFacts, detectable: number): BundleFacts {
  const { metrics } = facts;
  const rows = metrics.ranking.rows.map((row) => ({
    ...row,
    horizons: row.horizons.map((one) => ({ ...one, neutral: { ...one.neutral, detectable } })),
  }));
  return { ...facts, metrics: { ...metrics, ranking: { ...metrics.ranking, rows } } };
}

function withTeacher(
  facts: BundleFacts,
  { ece, ...change }: { readonly dates?: number; readonly ece?: number | null },
): BundleFacts {
  const { metrics } = facts;
  const { teacher } = metrics.forward;
  const calibration = ece === undefined ? teacher.calibration : { ...teacher.calibration, ece };
  return {
    ...facts,
    metrics: {
      ...metrics,
      forward: { ...metrics.forward, teacher: { ...teacher, ...change, calibration } },
    },
  };
}
