import type { PreparedArm } from '../../figures/arm.js';
import type { RankedRows } from '../../figures/arm-cohort.js';
import type { DailyCorrelation } from '../../figures/information-coefficient.js';
import { MIN_SYMBOLS } from '../../figures/cross-section.js';
import { equityCurve } from '../../figures/strategy/returns.js';
import { HELD_SHARE } from '../../figures/strategy/sleeves.js';
import { shortPercent, thousands } from '../../texts/format-numbers.js';
import type { Axis, Chart, Point } from '../../charts/chart.js';
import { extent } from '../../charts/chart.js';

/** The arms of the forward split. */
export interface ForwardArms {
  readonly teacher: RankedRows;
  readonly placebo: RankedRows;
  readonly student: PreparedArm;
}

/** Maximum number of points of a curve: about the number of pixels. */
const MAX_POINTS = 600;

/** Cumulative rank IC: a steady climb is skill, a single step is one lucky period. */
export function rankIcChart({ teacher, student, placebo }: ForwardArms): Chart {
  const dates = allDates([teacher, student, placebo]);
  const curve = (arm: RankedRows): Point[] => thin(cumulate(arm.rankIc, arm, dates));
  const curves = { teacher: curve(teacher), student: curve(student), placebo: curve(placebo) };
  const all = Object.values(curves).flat();
  return {
    title: 'Cumulative daily rank IC',
    note: `n = ${teacher.rankIc.length} dates with at least ${MIN_SYMBOLS} symbols, forward split`,
    x: dateAxis(dates),
    y: {
      label: 'cumulative daily rank IC',
      domain: extent([0, ...all.map(([, value]) => value)]),
      format: compact,
    },
    marks: [
      {
        kind: 'line',
        points: [
          [0, 0],
          [Math.max(dates.length - 1, 1), 0],
        ],
        colour: 'reference',
        dashed: true,
      },
      ...(['placebo', 'student', 'teacher'] as const).map((arm) => ({
        kind: 'line' as const,
        points: curves[arm],
        colour: arm,
      })),
    ],
    legend: [
      { label: 'teachers', colour: 'teacher' },
      { label: 'students', colour: 'student' },
      { label: 'placebo', colour: 'placebo' },
    ],
  };
}

/** Wealth of the strategy compared with all symbols equally weighted. */
export function equityChart({ student }: ForwardArms): Chart {
  const { strategy } = student;
  const { dates } = student.sample;
  const curve = (returns: Float64Array): Point[] =>
    thin(
      [...equityCurve({ returns, bars: strategy.bars })].map((wealth, i) => [strategy.date[i] ?? 0, wealth]),
    );
  const net = curve(strategy.net);
  const gross = curve(strategy.gross);
  const equalWeight = curve(strategy.equalWeight);
  return {
    title: `Wealth of the students’ top ${shortPercent(HELD_SHARE)}`,
    note: `n = ${strategy.net.length} holdings of ${holdingTexts(strategy.bars)} bars, valued when they end`,
    x: dateAxis(dates),
    y: {
      label: 'wealth (start = 1)',
      domain: extent([1, ...[...net, ...gross, ...equalWeight].map(([, wealth]) => wealth)]),
      format: compact,
    },
    marks: [
      { kind: 'line', points: equalWeight, colour: 'reference' },
      { kind: 'line', points: gross, colour: 'student', dashed: true },
      { kind: 'line', points: net, colour: 'student' },
    ],
    legend: [
      { label: 'after costs', colour: 'student' },
      { label: 'before costs', colour: 'student', dashed: true },
      { label: 'all symbols, equal weight', colour: 'reference' },
    ],
  };
}

/** ROC curves of teachers, students and placebo. */
export function rocChart({ teacher, student, placebo }: ForwardArms): Chart {
  return {
    title: 'ROC on forward rows',
    note: `n = ${thousands(teacher.sample.rows)} rows of the teachers, ${thousands(student.sample.rows)} of the students, ${thousands(placebo.sample.rows)} of the placebo`,
    x: { label: 'false positive rate', domain: [0, 1], format: compact },
    y: { label: 'true positive rate', domain: [0, 1], format: compact },
    marks: [
      {
        kind: 'line',
        points: [
          [0, 0],
          [1, 1],
        ],
        colour: 'reference',
        dashed: true,
      },
      { kind: 'line', points: rocCurve(placebo), colour: 'placebo' },
      { kind: 'line', points: rocCurve(student), colour: 'student' },
      { kind: 'line', points: rocCurve(teacher), colour: 'teacher' },
    ],
    legend: [
      { label: 'teachers', colour: 'teacher' },
      { label: 'students', colour: 'student' },
      { label: 'placebo', colour: 'placebo' },
      { label: 'chance', colour: 'reference', dashed: true },
    ],
  };
}

/** True positive rate against false positive rate for all thresholds; empty when one label is absent. */
function rocCurve({ order, sample }: RankedRows): Point[] {
  const positives = sample.label.reduce((sum, label) => sum + label, 0);
  const negatives = sample.rows - positives;
  if (positives === 0 || negatives === 0) return [];
  const points: Point[] = [];
  let above = 0;
  let below = 0;
  // From the lowest score up.
  for (let place = 0; place < order.row.length; place += 1) {
    if (sample.label[order.row[place] ?? 0] === 1) above += 1;
    else below += 1;
    if (order.tieEnd[place] === place + 1) points.push([1 - below / negatives, 1 - above / positives]);
  }
  return thin([[1, 1], ...points]);
}

/** The distinct holding periods, ascending. */
function holdingTexts(bars: Int32Array): string {
  return [...new Set(bars)].sort((a, b) => a - b).join(' or ');
}

function cumulate(days: readonly DailyCorrelation[], arm: RankedRows, dates: readonly string[]): Point[] {
  const place = new Map(dates.map((date, index) => [date, index]));
  let sum = 0;
  return days.map(({ date, value }) => {
    sum += value;
    return [place.get(arm.sample.dates[date] ?? '') ?? 0, sum];
  });
}

function allDates(arms: readonly RankedRows[]): string[] {
  return [...new Set(arms.flatMap(({ sample }) => [...sample.dates]))].sort();
}

/** Maximum number of labelled dates. */
const MAX_TICKS = 7;

/** Dates in order, some of them labelled. */
function dateAxis(dates: readonly string[]): Axis {
  const last = Math.max(dates.length - 1, 1);
  const count = Math.min(MAX_TICKS, dates.length);
  const ticks = Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (dates.length - 1)) / (count - 1)),
  );
  return {
    label: 'trading date',
    domain: [0, last],
    format: (index) => (dates[index] ?? '').slice(0, 10),
    ticks,
  };
}

/** At most {@link MAX_POINTS} of the points, including both ends. */
function thin(points: readonly Point[]): Point[] {
  if (points.length <= MAX_POINTS) return [...points];
  return Array.from(
    { length: MAX_POINTS },
    (_, i) => points[Math.round((i * (points.length - 1)) / (MAX_POINTS - 1))] ?? [0, 0],
  );
}

function compact(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}
