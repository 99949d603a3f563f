import type { LeakFigure, LeakFigures, MeasuredLeak } from '../../activities/leaks/measure-leaks.js';
import { formatCount, renderTable } from './format.js';

/** The result of `gurukul leaks` for a person: a table, then what is wrong with each leak. */
export function describeLeaks(measured: readonly MeasuredLeak[]): string[] {
  const rows = measured.flatMap(({ leak, honest, leaking }) => [
    [leak, 'honest', ...cells(honest)],
    ['', 'leaking', ...cells(leaking)],
  ]);
  return [
    ...renderTable(['leak', '', 'rows', 'dates', 'rank IC (95 %)', 'AUC (95 %)'], rows),
    '',
    ...measured.flatMap(({ leak, model, wrong, reason }) => [
      `${leak}: ${wrong}.`,
      `  ${reason === null ? model : `n/a: ${reason}`}`,
    ]),
    '',
    'Rank IC is of the return over 5 bars from entry. Intervals are by blocks of days; where one is missing there are too few.',
  ];
}

function cells(figures: LeakFigures | null): string[] {
  if (figures === null) return ['n/a', 'n/a', 'n/a', 'n/a'];
  const { rows, dates, rankIc, auc } = figures;
  return [formatCount(rows), formatCount(dates), figure(rankIc), figure(auc)];
}

function figure({ value, low, high }: LeakFigure): string {
  if (value === null) return 'n/a';
  const range = low === null || high === null ? '' : ` [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return `${value.toFixed(3)}${range}`;
}
