import type { Finding } from '../schemas/ingest.js';
import { findingList } from './findings.js';
import type { ReadBars } from './read-bar-files.js';
import type { BarSeries } from './series.js';
import { pickBars } from './series.js';

const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;

/**
 * Joins the bars of several files, whose ranges may overlap, into one series. A bar that occurs twice with the same
 * values is used once and reported. Two different bars of the same time are an error: there is no way to know which
 * is right. Bars are sorted by time across files; a file that is out of order itself is not sorted, so that the
 * checks of the series report it.
 */
export function joinBars(read: ReadBars): ReadBars {
  const { series, place, fileOf } = read;
  if (series === null) return read;
  const found = findingList();
  const first = new Map<number, number>();
  const kept: number[] = [];
  let duplicates = 0;
  let example = '';
  for (let bar = 0; bar < series.time.length; bar += 1) {
    const twin = first.get(series.time[bar] ?? 0);
    if (twin === undefined) {
      first.set(series.time[bar] ?? 0, bar);
      kept.push(bar);
    } else if (isSame(series, bar, twin)) {
      duplicates += 1;
      example ||= `${place(bar)} repeats ${place(twin)}`;
    } else {
      found.add(
        'error',
        'conflicting_bars',
        `${place(bar)}: differs from the bar of the same time at ${place(twin)}`,
      );
    }
  }
  if (duplicates > 0)
    found.add(
      'info',
      'doubled_bars',
      `${series.symbol}: ${duplicates} bar(s) occur twice with the same values and are used once. The first: ${example}`,
    );
  const findings: readonly Finding[] = [...read.findings, ...found.all()];
  if (found.hasErrors()) return { ...read, series: null, findings };
  const ascending = kept.every(
    (bar, at) =>
      at === 0 ||
      fileOf(bar) !== fileOf(kept[at - 1] ?? -1) ||
      (series.time[bar] ?? 0) > (series.time[kept[at - 1] ?? 0] ?? 0),
  );
  if (ascending) kept.sort((a, b) => (series.time[a] ?? 0) - (series.time[b] ?? 0));
  return {
    series: pickBars(series, kept),
    findings,
    place: (bar) => place(kept[bar] ?? bar),
    fileOf: (bar) => fileOf(kept[bar] ?? bar),
  };
}

function isSame(series: BarSeries, a: number, b: number): boolean {
  return VALUES.every((column) => series[column][a] === series[column][b]);
}
