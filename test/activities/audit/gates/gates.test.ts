import { rm } from 'node:fs/promises';

import { expect } from 'chai';

import { briefingOf } from '../../../../activities/audit/briefing.js';
import type { BundleFacts } from '../../../../activities/audit/bundle-facts.js';
import { readPredictedFacts } from '../../../../activities/audit/predicted-facts.js';
import { readFacts } from '../../../../activities/audit/bundle-facts.js';
import { firstScreen } from '../../../../activities/audit/first-screen.js';
import {
  decisiveGate,
  gatesOf,
  recommendationOf,
  verdictsOf,
} from '../../../../activities/audit/gates/gates.js';
import { studentStanding } from '../../../../activities/audit/student-standing.js';
import { readBundle } from '../../../../activities/audit/read-bundle.js';
import { renderBriefingHtml } from '../../../../activities/audit/briefing-html.js';
import { renderBriefingText } from '../../../../activities/audit/briefing-text.js';
import { choiceLines } from '../../../../client/cli/headline.js';
import { briefingSchema } from '../../../../data/schemas/briefing.js';
import type { EffectTest } from '../../../../data/schemas/effect-tests.js';
import type { ArmFigures, StatTests } from '../../../../data/schemas/metrics.js';
import { GATES } from '../../../../data/schemas/policy.js';
import type { Home } from '../../../../data/store/home.js';
import { freshHome, sealedRun } from '../finished-run.js';

const COHORTS = ['2022-01-01_to_2022-06-30', '2022-07-01_to_2022-12-31', '2023-01-01_to_2023-06-30'];

/** Just above zero, at the required significance. */
const ABOVE = { estimate: 0.001, standardError: 0.01, low: 1e-6, high: 0.002, pValue: 0.05 };

describe('the gates of a promotion', () => {
  let home: Home;
  /** A run that just passes every gate. */
  let good: BundleFacts;

  before(async () => {
    home = await freshHome();
    const { bundle } = await sealedRun(home, { runId: 'run_a', dates: 60 });
    const read = await readBundle(bundle);
    if ('file' in read) throw new Error(`${read.file} is not valid`);
    good = passing(readFacts(read.covered, await readPredictedFacts(read.covered)));
  });
  after(async () => rm(home.root, { recursive: true }));

  const against = (facts: BundleFacts): Record<string, string> =>
    Object.fromEntries(
      gatesOf(facts).flatMap(({ id, verdict }) => (verdict === 'pass' ? [] : [[id, verdict]])),
    );
  const withTest = (name: keyof StatTests, change: object): BundleFacts => ({
    ...good,
    statTests: { ...good.statTests, [name]: { ...good.statTests[name], ...change } },
  });

  it('are seven, and pass a run that just meets each of them', () => {
    const gates = gatesOf(good);
    expect(gates.map(({ id }) => id)).to.deep.equal([...GATES]);
    expect(against(good)).to.deep.equal({});
    const { recommendation, reasons } = recommendationOf(gates);
    expect(recommendation).to.equal('promote');
    expect(reasons).to.have.length(1);
    expect(firstScreen(good).answer).to.match(/^Yes: /);
    expect(decisiveGate(gates)?.id).to.equal('ranks');
  });

  it('come with plain words on how the students stand beside their teachers and simple factors', () => {
    const less = (logLoss: number, neutral: number): BundleFacts => {
      const { studentLessTeacher: test } = good.statTests;
      return withTest('studentLessTeacher', {
        logLoss: { ...test.logLoss, estimate: logLoss, standardError: 0.001 },
        neutral: { ...test.neutral, estimate: neutral, standardError: 0.007 },
      });
    };
    const behind = 'by more than one standard error';
    expect(studentStanding(less(-0.001, -0.007)).join(' ')).to.not.contain(behind);
    expect(studentStanding(less(-0.00101, 0.1))[0]).to.contain(
      'in log-loss, by more than one standard error',
    );
    expect(studentStanding(less(0.1, -0.0071))[1]).to.contain(
      'worse than their teachers in neutral rank IC, by more than one standard error (0.0071 a day, standard error 0.0070)',
    );
    const worse = 'rank worse than the sum of simple factors';
    expect(studentStanding(good).join(' ')).to.not.contain(worse);
    expect(studentStanding(withTest('studentRanksBeyondFactorSum', { estimate: -0.0001 }))[2]).to.contain(
      worse,
    );
    expect(studentStanding(withTest('studentNeutralBeyondFactorSum', { estimate: -0.0001 }))[3]).to.contain(
      worse,
    );
    expect(studentStanding(withTest('studentRanksBeyondFactorSum', { estimate: null }))[2]).to.contain(
      'not known',
    );
    const facts = less(-0.1, 0);
    for (const text of [renderBriefingText(facts), renderBriefingHtml(facts, new Map())])
      expect(text).to.contain('The students are worse than their teachers in log-loss, by more than one');
  });

  it('call a placebo skilled by its AUC inside cohorts, whatever its skill against an estimated rate', () => {
    const { studentPlacebo } = good.metrics.forward;
    const answer = (low: number | null): string | undefined => {
      const confidence = { ...studentPlacebo.confidence, cohortAuc: { low, high: 0.6 } };
      const forward = { ...good.metrics.forward, studentPlacebo: { ...studentPlacebo, confidence } };
      const facts = {
        ...withTest('studentPlaceboBeatsPooledRate', ABOVE),
        metrics: { ...good.metrics, forward },
      };
      return briefingOf(facts).informs?.find(({ id }) => id === 'student_placebo_has_none')?.answer;
    };
    expect([answer(0.5), answer(0.5001), answer(null)]).to.deep.equal(['yes', 'no', 'unknown']);
  });

  const cases: readonly (readonly [string, () => BundleFacts, Readonly<Record<string, string>>])[] = [
    ['one date too few', () => withStudent(good, { dates: 119 }), { evidence: 'not enough data' }],
    ['one row too few', () => withStudent(good, { rows: 4999 }), { evidence: 'not enough data' }],
    ['one symbol too few', () => withStudent(good, { symbols: 24 }), { evidence: 'not enough data' }],
    ['a rank IC that nobody could see', () => withDetectable(good, 0.0301), { evidence: 'not enough data' }],
    ['an unknown power', () => withDetectable(good, null), { evidence: 'not enough data' }],
    ['two cohorts', () => withCohorts(good, COHORTS.slice(1)), { evidence: 'not enough data' }],
    [
      'an entry at which nobody can trade',
      () => ({ ...good, config: { ...good.config, entry: 'close' } }),
      { no_leak: 'fail' },
    ],
    [
      'survivors only, on real bars',
      () => ({
        ...good,
        config: { ...good.config, membership: 'today' },
        ingest: { ...good.ingest, source: 'csv' },
      }),
      { no_leak: 'fail' },
    ],
    [
      'a leak',
      () => ({
        ...good,
        integrity: {
          ...good.integrity,
          findings: [{ probe: 'truncation', symbol: 'TCS', message: 'a leak', rows: 1 }],
        },
      }),
      { no_leak: 'fail' },
    ],
    [
      'a probe without rows',
      () => ({
        ...good,
        integrity: {
          ...good.integrity,
          probes: good.integrity.probes.map((probe, at) => (at === 0 ? { ...probe, rows: 0 } : probe)),
        },
      }),
      { no_leak: 'not enough data' },
    ],
    ['slightly worse calibration', () => withStudent(good, { ece: 0.0501 }), { calibrated: 'fail' }],
    ['no calibration', () => withStudent(good, { ece: null }), { calibrated: 'not enough data' }],
    [
      'probabilities worse than the base rate',
      () => withTest('studentBeatsBaseRate', { estimate: -0.0011, standardError: 0.001 }),
      { calibrated: 'fail' },
    ],
    [
      'probabilities worse than the pooled base rate',
      () => withTest('studentBeatsPooledRate', { estimate: -0.0011, standardError: 0.001 }),
      { calibrated: 'fail' },
    ],
    [
      'probabilities that may be worse than the base rate by what matters',
      () => withTest('studentBeatsBaseRate', { estimate: -0.001, standardError: 0.0011 }),
      { calibrated: 'not enough data' },
    ],
    [
      'luck after costs that could be told from skill',
      () => withTest('studentActiveSharpe', { deflated: 0.9499 }),
      { net: 'fail' },
    ],
    [
      'luck after costs that could not',
      () => ({
        ...withTest('studentActiveSharpe', { deflated: 0.9499 }),
        statTests: {
          ...good.statTests,
          studentActiveSharpe: { ...good.statTests.studentActiveSharpe, deflated: 0.9499 },
          studentBeatsEqualWeight: { ...good.statTests.studentBeatsEqualWeight, standardError: 0.05 },
        },
      }),
      { net: 'not enough data' },
    ],
    [
      'a loss against equal weights',
      () => withTest('studentBeatsEqualWeight', { estimate: 0, standardError: 1 }),
      { net: 'fail' },
    ],
    ['unknown costs', () => withTest('studentActiveSharpe', { deflated: null }), { net: 'not enough data' }],
    [
      'one more failed window',
      () => ({ ...good, windows: { ...good.windows, succeeded: 7, failed: 3 } }),
      { complete: 'fail' },
    ],
    [
      'no trained windows',
      () => ({ ...good, windows: { ...good.windows, succeeded: 0, failed: 0 } }),
      { complete: 'not enough data' },
    ],
    ['a cohort without a student', () => ({ ...good, students: COHORTS.slice(1) }), { complete: 'fail' }],
    [
      'nothing trained again',
      () => ({ ...good, reproduction: undefined }),
      { reproducible: 'not enough data' },
    ],
    [
      'a file that differs when it is trained again',
      () => ({
        ...good,
        reproduction: {
          ...{ cohort: 'c', units: 3, files: 9, equal: 8 },
          differences: [{ unit: 'student', file: 'weights' }],
        },
      }),
      { reproducible: 'fail' },
    ],
    [
      'a score that is behind the factor sum',
      () => withTest('studentNeutralBeyondFactorSum', { estimate: -0.0101, standardError: 0.01 }),
      { ranks: 'fail' },
    ],
    [
      'a score that may be behind the factor sum by what matters',
      () => withTest('studentNeutralBeyondFactorSum', { estimate: -0.0101, standardError: 0.011 }),
      { ranks: 'not enough data' },
    ],
    [
      'permuted teachers that rank as well',
      () => withTest('studentNeutralBeatsPermuted', { ...ABOVE, low: 0, pValue: 0.5 }),
      { ranks: 'fail' },
    ],
    ...(['studentRanksNeutral', 'studentNeutralBeatsPlacebo'] as const).flatMap(
      (name): (readonly [string, () => BundleFacts, Readonly<Record<string, string>>])[] => [
        [`${name} by chance`, () => withTest(name, { pValue: 0.0501 }), { ranks: 'fail' }],
        [`${name} with an interval that reaches zero`, () => withTest(name, { low: 0 }), { ranks: 'fail' }],
        [
          `${name} by chance, where what matters could not have been seen`,
          () => withTest(name, { pValue: 0.5, standardError: 0.011 }),
          { ranks: 'not enough data' },
        ],
        [`${name} without a figure`, () => withTest(name, { pValue: null }), { ranks: 'not enough data' }],
      ],
    ),
  ];
  for (const [what, factsOf, expected] of cases)
    it(`stop a run with ${what}, by that gate alone`, () => {
      const facts = factsOf();
      expect(against(facts)).to.deep.equal(expected);
      const { recommendation, reasons } = recommendationOf(gatesOf(facts));
      expect(recommendation).to.equal('do not promote');
      expect(reasons).to.have.length(1);
      expect(firstScreen(facts).answer).to.match(/^No: /);
      expect(briefingOf(facts).verdicts.filter(({ answer }) => answer !== 'yes')).to.have.length(1);
    });

  it('follow the limits of the policy', () => {
    const { gates } = good.policy;
    const strict = {
      ...good,
      policy: {
        ...good.policy,
        gates: {
          ...gates,
          ranks: { ...gates.ranks, limits: { ...gates.ranks.limits, pValue: 0.049 }, why: 'we are strict' },
        },
      },
    };
    expect(against(strict)).to.deep.equal({ ranks: 'fail' });
    const [gate] = gatesOf(strict).filter(({ id }) => id === 'ranks');
    expect(gate).to.deep.include({
      limit: { pValue: 0.049, errorsBelowFactors: 1 },
      why: 'we are strict',
      materiality: 0.03,
      decides: true,
    });
  });

  it('are not changed by what informs', () => {
    const worse = { ...ABOVE, pValue: 1, low: -1 };
    const facts = {
      ...good,
      statTests: {
        ...good.statTests,
        teacherBeatsBaseRate: { ...good.statTests.teacherBeatsBaseRate, ...worse },
        teacherRanksNeutral: { ...good.statTests.teacherRanksNeutral, ...worse },
      },
    };
    expect(gatesOf(facts)).to.deep.equal(gatesOf(good));
    const answers = new Map(briefingOf(facts).informs?.map(({ id, answer }) => [id, answer]));
    expect(answers.get('beats_base_rate')).to.equal('no');
    expect(answers.get('student_like_teacher')).to.be.oneOf(['yes', 'no']);
  });

  it('stand in the briefing, with the policy that they are of', () => {
    const briefing = briefingSchema.parse(JSON.parse(JSON.stringify(briefingOf(good))));
    expect(briefing.gates?.map(({ id }) => id)).to.deep.equal([...GATES]);
    expect(briefing.verdicts).to.deep.equal(verdictsOf(briefing.gates ?? []));
    expect(briefing.policy).to.deep.equal({ digest: good.policyDigest, version: 1 });
    const flattering = { ...good, config: { ...good.config, entry: 'close' as const } };
    expect(choiceLines(briefingOf(flattering))[0]).to.match(/^not to be promoted, .* \(--entry close\)$/);
    expect(choiceLines(briefingOf(good))).to.deep.equal([]);
  });

  it('open the briefing with yes or no, the figure that decides, and its chart', () => {
    const plots = new Map([
      ['ic_decay.svg', '<svg>decay</svg>'],
      ['equity.svg', '<svg>equity</svg>'],
    ]);
    for (const [facts, answer, chart, other] of [
      [good, 'Yes: ', 'decay', 'equity'],
      [withTest('studentActiveSharpe', { deflated: 0.1 }), 'No: ', 'equity', 'decay'],
    ] as const) {
      const html = renderBriefingHtml(facts, plots);
      const first = html.slice(0, html.indexOf('<h2>'));
      expect(first).to.include(answer).and.to.include('What decides: ');
      expect(first).to.include(`<svg>${chart}</svg>`).and.not.to.include(other);
      // Each plot once.
      expect(html.split(`<svg>${chart}</svg>`)).to.have.length(2);
      expect(html).to.include(`<svg>${other}</svg>`);
      expect(renderBriefingText(facts)).to.include(answer).and.to.include(`plots/`);
    }
  });

  it('quote the policy as text', () => {
    const { gates } = good.policy;
    const hostile = '<script>alert(1)</script> | **promote**';
    const facts = {
      ...good,
      policy: { ...good.policy, gates: { ...gates, ranks: { ...gates.ranks, why: hostile } } },
    };
    expect(renderBriefingHtml(facts, new Map())).to.not.include('<script>alert');
    expect(renderBriefingText(facts)).to.not.include('<script>').and.not.to.include('| **promote**');
  });
});

/** Facts that just pass every gate. */
function passing(facts: BundleFacts): BundleFacts {
  const { statTests } = facts;
  const above = (test: EffectTest): EffectTest => ({ ...test, ...ABOVE });
  const level = (test: EffectTest): EffectTest => ({ ...test, estimate: 0, standardError: 0.001 });
  const student = withStudent(facts, { rows: 5000, dates: 120, symbols: 25, ece: 0.05 });
  return {
    ...withCohorts(withDetectable(student, 0.03), COHORTS),
    students: COHORTS,
    windows: { ...facts.windows, succeeded: 8, failed: 2 },
    reproduction: { cohort: COHORTS[0] ?? '', units: 3, files: 9, equal: 9, differences: [] },
    statTests: {
      ...statTests,
      studentRanksNeutral: above(statTests.studentRanksNeutral),
      studentNeutralBeatsPlacebo: above(statTests.studentNeutralBeatsPlacebo),
      studentNeutralBeatsPermuted: { ...statTests.studentNeutralBeatsPermuted, estimate: null },
      studentNeutralBeyondFactorSum: level(statTests.studentNeutralBeyondFactorSum),
      studentBeatsBaseRate: level(statTests.studentBeatsBaseRate),
      studentBeatsPooledRate: level(statTests.studentBeatsPooledRate),
      studentBeatsEqualWeight: { ...statTests.studentBeatsEqualWeight, estimate: 0.01, standardError: 0.001 },
      studentActiveSharpe: { ...statTests.studentActiveSharpe, deflated: 0.95 },
    },
  };
}

/** Teachers and students predicted in these cohorts. */
function withCohorts(facts: BundleFacts, cohorts: readonly string[]): BundleFacts {
  return { ...facts, taughtCohorts: cohorts, forwardCohorts: cohorts };
}

/** The least IC that the students' rows could have shown. */
function withDetectable(facts: BundleFacts, detectable: number | null): BundleFacts {
  const { metrics } = facts;
  const rows = metrics.ranking.rows.map((row) => ({
    ...row,
    horizons: row.horizons.map((one) => ({ ...one, neutral: { ...one.neutral, detectable } })),
  }));
  return { ...facts, metrics: { ...metrics, ranking: { ...metrics.ranking, rows } } };
}

function withStudent(
  facts: BundleFacts,
  {
    ece,
    ...change
  }: Partial<Pick<ArmFigures, 'rows' | 'dates' | 'symbols'>> & { readonly ece?: number | null },
): BundleFacts {
  const { metrics } = facts;
  const { student } = metrics.forward;
  const calibration = ece === undefined ? student.calibration : { ...student.calibration, ece };
  return {
    ...facts,
    metrics: {
      ...metrics,
      forward: { ...metrics.forward, student: { ...student, ...change, calibration } },
    },
  };
}
