import type { Chart, Mark } from '../../../activities/charts/chart.js';
import { extent } from '../../../activities/charts/chart.js';
import type { BacktestArm } from '../../../data/schemas/backtest.js';
import { ARM_NAMES } from './arm-lines.js';
import type { PeriodReturn } from './calendar-returns.js';
import type { WaterfallStep } from './waterfall.js';
import { decimals, percentText } from './texts.js';

/** Return of a month that has the strongest shade. */
const STRONG = 0.1;
/** Letters of a sector's name beside its bars. */
const LONGEST = 16;
export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A cell for each month, a row for each year, the first at the top. Where cells are small, months are letters, and
 * returns whole percents.
 */
export function monthsChart(months: readonly PeriodReturn[], small: boolean): Chart {
  const years = [...new Set(months.map(({ period }) => period.slice(0, 4)))].sort();
  return {
    title: 'Net return by month',
    note: '',
    x: {
      label: 'month',
      domain: [0, 12],
      format: (at) => (MONTHS[Math.floor(at)] ?? '').slice(0, small ? 1 : 3),
      ticks: MONTHS.map((_, at) => at + 0.5),
    },
    y: {
      label: '',
      domain: [years.length, 0],
      format: (at) => years[Math.floor(at)] ?? '',
      ticks: years.map((_, at) => at + 0.5),
    },
    marks: months.map(({ period, value }): Mark => {
      const [row, column] = [years.indexOf(period.slice(0, 4)), Number(period.slice(5)) - 1];
      return {
        kind: 'cell',
        from: [column + 0.03, row + 0.04],
        to: [column + 0.97, row + 0.96],
        level: value / STRONG,
        text: decimals(100 * value, small ? 0 : 1),
      };
    }),
    legend: [],
  };
}

/** Mean return of the symbols by fifths of the score, a group of bars for each arm. */
export function quantilesChart(arms: readonly BacktestArm[]): Chart {
  const shown = arms.filter(({ quantiles }) => quantiles.perYear.length > 0);
  const width = 0.8 / Math.max(shown.length, 1);
  return {
    title: 'Return by fifths of the score',
    note: '',
    x: {
      label: 'fifth of the score, lowest first',
      domain: [-0.5, 4.5],
      format: (at) => String(at + 1),
      ticks: [0, 1, 2, 3, 4],
    },
    y: {
      label: 'mean return a year',
      domain: extent([0, ...shown.flatMap(({ quantiles }) => quantiles.perYear)]),
      format: (value) => percentText(value, 0),
    },
    marks: [
      ...shown.flatMap(({ name, quantiles }, at) =>
        quantiles.perYear.map((value, fifth): Mark => ({
          kind: 'bar',
          from: [fifth - 0.4 + at * width, 0],
          to: [fifth - 0.4 + (at + 0.9) * width, value],
          colour: name === 'factorSum' ? 'factors' : name,
        })),
      ),
      zeroLine(-0.5, 4.5),
    ],
    legend: shown.map(({ name }) => ({
      label: ARM_NAMES[name],
      colour: name === 'factorSum' ? 'factors' : name,
    })),
  };
}

/** From gross to net, a bar for each charge. */
export function waterfallChart(steps: readonly WaterfallStep[]): Chart {
  const rows = steps.length;
  return {
    title: 'From gross to net',
    note: '',
    x: {
      label: 'return a year',
      domain: extent([0, ...steps.flatMap(({ from, to }) => [from, to])]),
      format: (value) => percentText(value, 0),
    },
    y: {
      label: '',
      domain: [rows, 0],
      format: (at) => {
        const step = steps[Math.floor(at)];
        return step === undefined ? '' : `${step.name} ${percentText(step.to - step.from)}`;
      },
      ticks: steps.map((_, at) => at + 0.5),
    },
    marks: [
      ...steps.map(({ from, to, kind }, at): Mark => ({
        kind: 'bar',
        from: [from, at + 0.15],
        to: [to, at + 0.85],
        colour: kind === 'total' ? 'student' : 'placebo',
      })),
      standingLine(rows),
    ],
    legend: [
      { label: 'return', colour: 'student' },
      { label: 'charge', colour: 'placebo' },
    ],
  };
}

/** What each sector adds to the return, beside what it adds to that of all symbols. */
export function sectorsChart(sectors: BacktestArm['sectors']): Chart {
  const rows = sectors.length;
  return {
    title: 'Return by sector',
    note: '',
    x: {
      label: 'gross return a year',
      domain: extent([0, ...sectors.flatMap(({ perYear, universePerYear }) => [perYear, universePerYear])]),
      format: (value) => percentText(value, 1),
    },
    y: {
      label: '',
      domain: [rows, 0],
      format: (at) => shortened(sectors[Math.floor(at)]?.sector ?? 'no sector'),
      ticks: sectors.map((_, at) => at + 0.5),
    },
    marks: [
      ...sectors.flatMap(({ perYear, universePerYear }, at): Mark[] => [
        { kind: 'bar', from: [0, at + 0.12], to: [perYear, at + 0.5], colour: 'student' },
        { kind: 'bar', from: [0, at + 0.52], to: [universePerYear, at + 0.88], colour: 'reference' },
      ]),
      standingLine(rows),
    ],
    legend: [
      { label: 'students’ holdings', colour: 'student' },
      { label: 'all symbols, equal weight', colour: 'reference' },
    ],
  };
}

function zeroLine(from: number, to: number): Mark {
  return {
    kind: 'line',
    points: [
      [from, 0],
      [to, 0],
    ],
    colour: 'reference',
  };
}

function standingLine(rows: number): Mark {
  return {
    kind: 'line',
    points: [
      [0, 0],
      [0, rows],
    ],
    colour: 'ink',
  };
}

function shortened(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}
