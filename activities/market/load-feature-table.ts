import { loadAdjusted, loadAdjustedSeries, usableRecords } from '../../data/bars/load-adjusted.js';
import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound, sliceBars } from '../../data/bars/series.js';
import { loadCalendar } from '../../data/calendar/calendar.js';
import { GurukulError, errorMessage } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import type { IngestManifest } from '../../data/schemas/ingest.js';
import { ingestManifestSchema } from '../../data/schemas/ingest.js';
import { readRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { startOfDate } from '../../data/time/dates.js';
import type { BarSlots } from './bar-slots.js';
import { barSlots } from './bar-slots.js';
import { joinSymbolParts } from './features/build-feature-table.js';
import type { SymbolPart } from './features/symbol-part.js';
import { symbolPart } from './features/symbol-part.js';
import type { Arm, FeatureTable } from './feature-table.js';
import type { TrainingConfig } from '../../data/schemas/training-config.js';
import type { Membership } from './membership.js';
import { membershipOf } from './membership.js';
import { placeboSeries } from './placebo.js';
import type { Sectors } from './sectors.js';
import type { TableSource } from './table-source.js';
import { sectorsOf } from './sectors.js';
import { usableUntil } from './usable-until.js';

/**
 * Features and labels of a run's whole universe, in memory, from the series its ingest recorded: see {@link tableSource}.
 *
 * @throws GurukulError ChecksumMismatch when the manifest or a series is not the one recorded.
 */
export async function loadFeatureTable(
  home: Home,
  ingest: FileRef,
  config: TrainingConfig,
  arm: Arm,
): Promise<FeatureTable> {
  return joinSource(await tableSource(home, ingest, config, arm));
}

/** The feature table of a source, in memory. */
export async function joinSource(source: TableSource): Promise<FeatureTable> {
  const parts: SymbolPart[] = [];
  for (const place of source.symbols.keys()) parts.push(await source.part(place));
  return joinSymbolParts(parts, source.rule, source.membership, source.sectors);
}

/**
 * What the feature table of a run's whole universe is built from. Bars at or after the run's `to` are cut off before
 * anything is computed, so that they cannot leak.
 *
 * @param ingest The run's ingest manifest.
 * @param arm `placebo` resamples the bars of each symbol first.
 * @throws GurukulError ChecksumMismatch when the manifest is not the one recorded.
 */
export async function tableSource(
  home: Home,
  ingest: FileRef,
  config: TrainingConfig,
  arm: Arm,
): Promise<TableSource> {
  const manifest = await readManifest(home, ingest);
  const until = usableUntil(manifest, config.to);
  const { horizon, threshold, label, lowerBarrier, entry, seed } = config;
  const records = usableRecords(manifest);
  const slots = barSlots(loadCalendar(packageRoot), manifest);
  const rule = { horizon, threshold, label, lowerBarrier, entry };
  const [membership, sectors] = [membershipOf(records), sectorsOf(records)];
  return {
    of: {
      series: records.map(({ symbol, ref, corporateActions }) => [
        symbol,
        ref.sha256,
        corporateActions ?? [],
        membership.get(symbol) ?? null,
        sectors.get(symbol) ?? null,
      ]),
      interval: manifest.interval,
      until,
      slots: slots.key,
      rule,
      arm: arm === 'placebo' ? { placebo: seed } : 'real',
    },
    symbols: records.map(({ symbol }) => symbol),
    rule: config,
    ...{ membership, sectors },
    part: async (place) => {
      const record = records[place];
      if (record === undefined) throw new RangeError(`the source has no symbol ${place}`);
      const bars = barsBefore(await loadAdjusted(home, manifest, record), until);
      return symbolPart(arm === 'placebo' ? placeboSeries(bars, seed, config) : bars, config, slots);
    },
  };
}

/** The adjusted bars that a run may use, and what else its features and labels depend on. */
export interface UsedBars {
  readonly series: BarSeries[];
  /** End of the data, ISO, exclusive. */
  readonly until: string;
  readonly slots: BarSlots;
  readonly membership: Membership;
  readonly sectors: Sectors;
}

/**
 * The adjusted bars that a run may use: all before its `to`, up to the last complete session.
 *
 * @throws GurukulError ChecksumMismatch when the manifest or a series is not the one recorded.
 */
export async function loadUsedBars(
  home: Home,
  ingest: FileRef,
  { to }: Pick<TrainingConfig, 'to'>,
): Promise<UsedBars> {
  const manifest = await readManifest(home, ingest);
  const until = usableUntil(manifest, to);
  const all = await loadAdjustedSeries(home, manifest);
  return {
    series: all.map((bars) => barsBefore(bars, until)),
    until,
    slots: barSlots(loadCalendar(packageRoot), manifest),
    membership: membershipOf(manifest.series),
    sectors: sectorsOf(manifest.series),
  };
}

/** The bars of a series before a day, ISO. */
export function barsBefore(series: BarSeries, day: string): BarSeries {
  return sliceBars(series, 0, lowerBound(series.time, startOfDate(day)));
}

async function readManifest(home: Home, ref: FileRef): Promise<IngestManifest> {
  const content = await readRef(home, ref);
  try {
    return ingestManifestSchema.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    throw new GurukulError('ChecksumMismatch', `${ref.uri} is damaged: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}
