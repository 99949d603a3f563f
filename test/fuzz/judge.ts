import type { IngestManifestWithSeries } from '../../activities/ingest/ingest-in-memory.js';
import type { FeatureTable, SymbolTable } from '../../activities/market/feature-table.js';
import { UNRESOLVED } from '../../activities/market/feature-table.js';
import type { BarSeries } from '../../data/bars/series.js';
import { InvalidInputError, errorMessage } from '../../data/errors.js';
import type { Bar } from './bar.js';
import { DAY, VALUES, isoDay } from './bar.js';
import type { ExpectedSymbol, FuzzCase } from './draw-case.js';
import { adjusted, labelsOf } from './oracle.js';
import type { Product } from './product.js';

/** What became of a symbol. */
export interface SymbolResult {
  readonly symbol: string;
  readonly format: string;
  readonly verdict: 'equal' | 'stopped' | 'wrong';
  /** What differs, or the codes of the findings with which it was stopped. */
  readonly what: string;
  /** Whether it was stopped for something that was planted. */
  readonly planned: boolean;
}

/**
 * Reads a written case with the product and compares every bar, feature and label of every symbol with the truth.
 * A symbol may be stopped with a finding instead; nothing else may differ.
 *
 * @param root The folder in which the case was written.
 */
export async function judgeCase(drawn: FuzzCase, root: string, product: Product): Promise<SymbolResult[]> {
  const all = (verdict: 'stopped' | 'wrong', what: string): SymbolResult[] =>
    drawn.symbols.map(({ symbol, format, mustStop }) => ({
      ...{ symbol, format, verdict, what },
      planned: verdict === 'stopped' && mustStop !== undefined,
    }));
  let manifest: IngestManifestWithSeries;
  try {
    manifest = await product.ingest(drawn, root);
  } catch (error) {
    if (error instanceof InvalidInputError) return all('stopped', errorMessage(error));
    return all('wrong', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const kept = drawn.symbols.filter(({ symbol }) => manifest.bars.has(symbol));
  if (kept.length === 0) return drawn.symbols.map((expected) => withoutBars(expected, manifest));
  const actual = product.table(manifest, drawn);
  const clean = product.cleanTable(
    kept.map(({ symbol, bars, actions }) => seriesOf(symbol, adjusted(bars, actions), drawn)),
    drawn,
  );
  return drawn.symbols.map((expected): SymbolResult => {
    const { symbol, format } = expected;
    const bars = manifest.bars.get(symbol);
    if (bars === undefined) return withoutBars(expected, manifest);
    const what =
      unstopped(expected) ??
      differingBar(bars, expected.bars) ??
      missingReport(expected, manifest) ??
      differingFeature(tableOf(actual, symbol), tableOf(clean, symbol), actual.names) ??
      differingLabel(tableOf(actual, symbol), expected, drawn);
    return {
      symbol,
      format,
      verdict: what === undefined ? 'equal' : 'wrong',
      what: what ?? '',
      planned: false,
    };
  });
}

/** A symbol without bars: stopped with a finding, or rightly without any on the days of the run. */
function withoutBars(
  { symbol, format, bars, mayStop, mustStop }: ExpectedSymbol,
  manifest: IngestManifestWithSeries,
): SymbolResult {
  const record = manifest.series.find((one) => one.symbol === symbol);
  const errors = (record?.findings ?? []).filter(({ severity }) => severity === 'error');
  const codes = [...new Set(errors.map(({ code }) => code))];
  const isStopped = errors.length > 0;
  const isRight = record?.status === 'no_bars' && bars.length === 0;
  return {
    ...{ symbol, format },
    verdict: isStopped ? 'stopped' : isRight ? 'equal' : 'wrong',
    what: isStopped
      ? `${codes.join(', ')}: ${errors[0]?.message ?? ''}`
      : 'has no bars, and nothing says why',
    planned: isStopped && codes.every((code) => code === mustStop || mayStop.has(code)),
  };
}

function unstopped({ mustStop }: ExpectedSymbol): string | undefined {
  return mustStop === undefined ? undefined : `is used, but should be stopped with ${mustStop}`;
}

function missingReport(
  { symbol, reports }: ExpectedSymbol,
  { series }: IngestManifestWithSeries,
): string | undefined {
  const codes = new Set(series.find((one) => one.symbol === symbol)?.findings.map(({ code }) => code));
  const missing = [...reports].filter((code) => !codes.has(code));
  return missing.length === 0 ? undefined : `nothing reports ${missing.join(', ')}`;
}

function differingBar(series: BarSeries, expected: readonly Bar[]): string | undefined {
  for (let bar = 0; bar < Math.max(series.time.length, expected.length); bar += 1) {
    const [time, truth] = [series.time[bar], expected[bar]];
    if (truth === undefined || time !== truth.time)
      return `bar ${bar} is ${stamp(time)}, not ${stamp(truth?.time)}`;
    const name = VALUES.find((one) => series[one][bar] !== truth[one]);
    if (name !== undefined) return `${name} of ${stamp(time)} is ${series[name][bar]}, not ${truth[name]}`;
  }
  return undefined;
}

function differingFeature(
  actual: SymbolTable,
  clean: SymbolTable,
  names: readonly string[],
): string | undefined {
  if (actual.features.length !== clean.features.length)
    return `has ${actual.features.length} features, not ${clean.features.length}`;
  const cell = actual.features.findIndex((value, at) => !Object.is(value, clean.features[at]));
  if (cell >= 0) {
    const time = actual.time[Math.floor(cell / names.length)];
    return `the feature ${names[cell % names.length] ?? ''} of ${stamp(time)} is ${actual.features[cell]}, not ${clean.features[cell]}`;
  }
  if (actual.member.some((one, row) => one !== clean.member[row])) return 'is a member on other days';
  const relative = actual.relative.findIndex((value, at) => !Object.is(value, clean.relative[at]));
  return relative < 0 ? undefined : `relative feature ${relative} differs`;
}

function differingLabel(
  actual: SymbolTable,
  { bars, actions }: ExpectedSymbol,
  drawn: FuzzCase,
): string | undefined {
  const labels = labelsOf(adjusted(bars, actions), drawn.slots, drawn.rule);
  for (const [row, truth] of labels.entries()) {
    const touched = actual.touchedAt[row] ?? NaN;
    const text = touched === UNRESOLVED ? 'unknown' : `${actual.label[row]} at ${stamp(touched)}`;
    const expected = truth === null ? 'unknown' : `${truth.label} at ${stamp(truth.decidedAt)}`;
    const exit = actual.resolvedAt[row] ?? NaN;
    if (text !== expected) return `the label of ${stamp(actual.time[row])} is ${text}, not ${expected}`;
    if (exit !== (truth?.exitAt ?? UNRESOLVED))
      return `the label of ${stamp(actual.time[row])} is known at ${stamp(exit)}`;
  }
  return undefined;
}

function tableOf({ symbols }: FeatureTable, symbol: string): SymbolTable {
  const found = symbols.find((one) => one.symbol === symbol);
  if (found === undefined) throw new Error(`the feature table lacks ${symbol}`);
  return found;
}

function seriesOf(symbol: string, bars: readonly Bar[], { config }: FuzzCase): BarSeries {
  const column = (name: (typeof VALUES)[number]): Float64Array => Float64Array.from(bars, (bar) => bar[name]);
  return {
    symbol,
    interval: config.interval ?? '1day',
    time: Int32Array.from(bars, ({ time }) => time),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}

function stamp(time: number | undefined): string {
  if (time === undefined) return 'none';
  const minutes = time % DAY;
  const text = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return `${isoDay(Math.floor(time / DAY))}${minutes === 0 ? '' : ` ${text}`}`;
}
