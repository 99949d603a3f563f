import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { DailyCloses } from '../../activities/ingest/twins.js';
import { dailyCloses, findTwins } from '../../activities/ingest/twins.js';
import { writeSeries } from '../../data/bars/bar-store.js';
import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../data/bars/series.js';
import { loadCalendar } from '../../data/calendar/calendar.js';
import { GurukulError } from '../../data/errors.js';
import type { IngestManifest, SeriesRecord } from '../../data/schemas/ingest.js';
import type { Interval } from '../../data/schemas/run-choices.js';
import { openSyntheticSource } from '../../data/sources/synthetic/synthetic-source.js';
import { writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { dayOfMinutes, isoDate, startOfDate } from '../../data/time/dates.js';
import { loadUniverse } from '../../data/universe/universe.js';
import { COMPUTE_FLAGS } from '../../data/compute-flags.js';
import { teachArguments } from './arguments.js';
import type { LoadFigures } from './load-child.js';
import { loadFiguresSchema } from './load-child.js';
import { benchmark, print } from './program.js';
import type { FormatFigures } from './read-files.js';
import { measureFolder, measureFormats } from './read-files.js';
import { decimals, rounded, tableLines } from './table.js';

/*
 * How fast bars are written to the store, read from it, and turned into features: 96 synthetic symbols over the 743
 * sessions of 2022–2024, daily and 5-minute bars. Generating the bars is not measured. Reading and features run in a
 * process of their own, so that its peak memory is theirs. Then bar files in several formats are read beside papaparse
 * alone.
 */

const SYMBOLS = 96;
const QUICK_SYMBOLS = 12;
const FROM = '2022-01-01';
/** Heap of the reading process in MiB; typed arrays are outside of it. */
const HEAP = 1024;
const CHILD = fileURLToPath(new URL('load-child.js', import.meta.url));

interface Sized extends LoadFigures {
  readonly interval: Interval;
  readonly symbols: number;
  readonly writeSeconds: number;
  /** Comparing all pairs of symbols, as the wrong-ticker gate does. */
  readonly pairSeconds: number;
}

await benchmark(async (home) => {
  const { json, quick } = teachArguments(process.argv.slice(2));
  const symbols = quick ? QUICK_SYMBOLS : SYMBOLS;
  const sizes: Sized[] = [];
  const formats: (FormatFigures & { readonly interval: Interval })[] = [];
  let folderSeconds = 0;
  for (const interval of ['1day', '5minute'] as const) {
    print(`${interval}: ${symbols} synthetic symbols, ${FROM} to the end of 2024 …`);
    const { manifest, seconds, closes, bars } = await storeBars(home, interval, symbols);
    const file = path.join(home.root, `manifest-${interval}.json`);
    await writeJson(file, manifest);
    const begun = performance.now();
    findTwins(closes);
    const pairSeconds = (performance.now() - begun) / 1000;
    const calendar = loadCalendar(packageRoot);
    if (interval === '1day')
      folderSeconds = await measureFolder(
        path.join(home.root, 'files'),
        bars,
        await loadUniverse('nifty100', packageRoot),
      );
    const read = await measureFormats(bars.slice(0, interval === '1day' ? symbols : 1), interval, calendar);
    formats.push(...read.map((one) => ({ ...one, interval })));
    sizes.push({ interval, symbols, writeSeconds: seconds, pairSeconds, ...measure(home, file) });
  }
  for (const line of tableLines([
    [
      '',
      'bars',
      'write',
      'read',
      'features',
      'read + features',
      'CPU time of that',
      'all pairs',
      'peak memory',
    ],
    ...sizes.map((size) => [
      size.interval,
      String(size.bars),
      perSecond(size.bars, size.writeSeconds),
      perSecond(size.bars, size.readSeconds),
      perSecond(size.bars, size.featureSeconds),
      `${decimals(size.readSeconds + size.featureSeconds, 2)} s`,
      `${decimals(size.cpuSeconds, 2)} s`,
      `${decimals(size.pairSeconds, 2)} s`,
      `${decimals(size.peakMiB, 0)} MiB`,
    ]),
  ]))
    print(line);
  print('');
  for (const line of tableLines([
    ['files', 'number', 'MB', 'papaparse', 'read', 'times as long'],
    ...formats.map(({ format, interval, files, bytes, parseSeconds, readSeconds }) => [
      `${format}, ${interval}`,
      String(files),
      decimals(bytes / 1e6, 1),
      `${decimals(parseSeconds, 3)} s`,
      `${decimals(readSeconds, 3)} s`,
      decimals(readSeconds / parseSeconds, 2),
    ]),
  ]))
    print(line);
  print(`a folder of ${symbols} plain daily files, from disk to series: ${decimals(folderSeconds, 2)} s`);
  const files = formats.map(({ parseSeconds, readSeconds, ...one }) => ({
    ...one,
    parseSeconds: rounded(parseSeconds),
    readSeconds: rounded(readSeconds),
  }));
  return { json, figures: { sizes: sizes.map(jsonFigures), files, folderSeconds: rounded(folderSeconds) } };
});

/** Stores the bars symbol by symbol; only writing them is timed. */
async function storeBars(
  home: Home,
  interval: Interval,
  count: number,
): Promise<{
  readonly manifest: IngestManifest;
  readonly seconds: number;
  readonly closes: readonly DailyCloses[];
  /** Of one symbol only where they are large. */
  readonly bars: readonly BarSeries[];
}> {
  const universe = await loadUniverse('nifty100', packageRoot);
  const source = openSyntheticSource(
    { source: 'synthetic', interval, seed: 7 },
    { packageRoot, universe, calendar: loadCalendar(packageRoot) },
  );
  const series: SeriesRecord[] = [];
  const closes: DailyCloses[] = [];
  const kept: BarSeries[] = [];
  let seconds = 0;
  for (const { symbol } of universe.members) {
    const { series: all } = await source.read(symbol);
    if (all === null || series.length === count) continue;
    const bars = sliceBars(all, lowerBound(all.time, startOfDate(FROM)), all.time.length);
    const start = performance.now();
    const ref = await writeSeries(home, bars);
    seconds += (performance.now() - start) / 1000;
    closes.push(dailyCloses(bars));
    if (interval === '1day' || kept.length === 0) kept.push(bars);
    series.push({
      symbol,
      status: 'ok',
      reason: null,
      error: null,
      ref,
      first: isoDate(dayOfMinutes(bars.time[0] ?? 0)),
      last: isoDate(dayOfMinutes(bars.time.at(-1) ?? 0)),
      bars: bars.time.length,
      missingSessions: 0,
      actions: 0,
      corporateActions: [...source.actions(symbol)],
      findings: [],
    });
  }
  return { manifest: { source: 'synthetic', interval, series, digest: '' }, seconds, closes, bars: kept };
}

function measure(home: Home, manifest: string): LoadFigures {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    // With the flags of a trainer process, which is what loads bars.
    [...COMPUTE_FLAGS, `--max-old-space-size=${HEAP}`, '--enable-source-maps', CHILD, home.root, manifest],
    { encoding: 'utf8' },
  );
  if (status !== 0)
    throw new GurukulError('Bug', `reading the bars failed (${status ?? 'killed'}): ${stderr}`);
  return loadFiguresSchema.parse(JSON.parse(stdout));
}

function jsonFigures(size: Sized): object {
  return {
    interval: size.interval,
    symbols: size.symbols,
    bars: size.bars,
    bytes: size.bytes,
    writeBarsPerSecond: rounded(size.bars / size.writeSeconds),
    readBarsPerSecond: rounded(size.bars / size.readSeconds),
    featureBarsPerSecond: rounded(size.bars / size.featureSeconds),
    loadSeconds: rounded(size.readSeconds + size.featureSeconds),
    pairSeconds: rounded(size.pairSeconds),
    loadCpuSeconds: rounded(size.cpuSeconds),
    readPeakMiB: rounded(size.readPeakMiB),
    peakMiB: rounded(size.peakMiB),
  };
}

function perSecond(bars: number, seconds: number): string {
  return `${Math.round(bars / seconds / 1000)} k/s`;
}
