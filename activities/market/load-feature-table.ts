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
import { sectorsOf } from './sectors.js';
import { usableUntil } from './usable-until.js';

/** Some symbols whose parts of the feature table are computed together, one after another. */
export interface PartGroup {
  /** Everything the parts depend on, except for the program's code. */
  readonly of: Readonly<Record<string, unknown>>;
  /** Bars of all its symbols. */
  readonly bars: number;
  /** @throws GurukulError ChecksumMismatch when a series is not the one recorded. */
  compute(): Promise<SymbolPart[]>;
}

/** Computes groups, or reuses the parts that another process has computed. @returns All parts, in any order. */
export type ComputeGroups = (groups: readonly PartGroup[]) => Promise<SymbolPart[]>;

const GROUP_SYMBOLS = 8;

/**
 * Features and labels of a run's whole universe, from the series its ingest recorded. Bars at or after
 * the run's `to` are cut off before anything is computed, so that they cannot leak.
 *
 * @param ingest The run's ingest manifest.
 * @param arm `placebo` resamples the bars of each symbol first.
 * @param computeGroups How the symbols' parts are obtained. @default compute all of them here
 * @throws GurukulError ChecksumMismatch when the manifest or a series is not the one recorded.
 */
export async function loadFeatureTable(
  home: Home,
  ingest: FileRef,
  config: TrainingConfig,
  arm: Arm,
  computeGroups: ComputeGroups = computeAll,
): Promise<FeatureTable> {
  const manifest = await readManifest(home, ingest);
  const until = usableUntil(manifest, config.to);
  const { horizon, threshold, label, lowerBarrier, entry, seed } = config;
  const records = usableRecords(manifest);
  const slots = barSlots(loadCalendar(packageRoot), manifest);
  const groups: PartGroup[] = [];
  for (let from = 0; from < records.length; from += GROUP_SYMBOLS) {
    const some = records.slice(from, from + GROUP_SYMBOLS);
    groups.push({
      of: {
        series: some.map(({ symbol, ref, corporateActions }) => [symbol, ref.sha256, corporateActions ?? []]),
        interval: manifest.interval,
        until,
        slots: slots.key,
        rule: { horizon, threshold, label, lowerBarrier, entry },
        arm: arm === 'placebo' ? { placebo: seed } : 'real',
      },
      bars: some.reduce((sum, { ref }) => sum + ref.rows, 0),
      compute: async () => {
        const parts: SymbolPart[] = [];
        for (const record of some) {
          const bars = barsBefore(await loadAdjusted(home, manifest, record), until);
          parts.push(symbolPart(arm === 'placebo' ? placeboSeries(bars, seed, config) : bars, config, slots));
        }
        return parts;
      },
    });
  }
  return joinSymbolParts(await computeGroups(groups), config, membershipOf(records), sectorsOf(records));
}

/** Computes every group in this process. */
export async function computeAll(groups: readonly PartGroup[]): Promise<SymbolPart[]> {
  const parts: SymbolPart[] = [];
  for (const group of groups) parts.push(...(await group.compute()));
  return parts;
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
