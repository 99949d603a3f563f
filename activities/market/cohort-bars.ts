import { createHash } from 'node:crypto';

import { z } from 'zod';

import { prefixDigests } from '../../data/bars/prefix-digests.js';
import type { BarSeries } from '../../data/bars/series.js';
import { lowerBound } from '../../data/bars/series.js';
import { loadCalendar } from '../../data/calendar/calendar.js';
import { GurukulError } from '../../data/errors.js';
import type { FileRef } from '../../data/schemas/file-ref.js';
import { sha256Schema } from '../../data/schemas/file-ref.js';
import { slotsAhead } from '../../data/schemas/label-rule.js';
import { canonicalJson } from '../../data/store/digests.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { readStoredJson, writeStored } from '../../data/store/stored-files.js';
import { unitKey } from '../../data/store/units.js';
import { addDays, startOfDate } from '../../data/time/dates.js';
import type { CohortDates, TrainingConfig } from '../../data/schemas/training-config.js';
import type { BarSlots } from './bar-slots.js';
import { NO_SLOT, barSlots } from './bar-slots.js';
import { loadUsedBars } from './load-feature-table.js';
import type { Membership } from './membership.js';
import { memberRows } from './membership.js';
import type { Sectors } from './sectors.js';

export const cohortBarsSchema = z.strictObject({
  /** Digest of the bars before the cohort's end: everything its prior may use. */
  prior: sha256Schema,
  /** Digest of the bars before the end of the forward part, plus the bars that resolve its last labels. */
  forward: sha256Schema,
  /** End of the forward part, ISO, exclusive; never later than the end of the run's data. */
  forwardEnd: z.string(),
});

/**
 * Digests of the bars that a cohort's units depend on, of the sessions between them that the symbol misses, and of
 * its membership in the index, and of its sector. They are part of the unit keys, so bars, sessions and members that no unit reads do
 * not change the keys. Features only look back, and placebo bars are resampled from earlier bars, so a unit's
 * result is a function of these alone.
 */
export type CohortBars = z.output<typeof cohortBarsSchema>;

/** Digests of a run's cohorts, by cohort id, as the plan computes them. */
const barDigestsSchema = z.strictObject({
  /** Digest of the ingest, the calendar, the dates and the label rule that the digests were computed from. */
  key: sha256Schema,
  cohorts: z.record(z.string(), cohortBarsSchema),
});

/** Accumulates the digests of cohorts' bars, series by series. */
export interface CohortBarsDigester {
  /**
   * @param series Adjusted bars that the run may use; symbols in ascending order.
   * @throws GurukulError Bug when the symbols are out of order.
   */
  add(series: BarSeries): void;
  /** By cohort id. */
  digests(): Record<string, CohortBars>;
}

/**
 * @param until End of the run's data, ISO, exclusive.
 * @param market What labels and cross-sections depend on beside the bars.
 */
export function gatherCohortBars(
  cohorts: readonly CohortDates[],
  config: Pick<TrainingConfig, 'windowDays' | 'horizon' | 'entry'>,
  until: string,
  {
    slots,
    membership,
    sectors,
  }: { readonly slots: BarSlots; readonly membership: Membership; readonly sectors: Sectors },
): CohortBarsDigester {
  const cuts = cohorts.map(({ id, end }) => {
    const planned = addDays(end, config.windowDays);
    const forwardEnd = planned < until ? planned : until;
    return { id, end, forwardEnd, prior: createHash('sha256'), forward: createHash('sha256') };
  });
  const ahead = slotsAhead(config);
  let last = '';
  return {
    add(series) {
      const { symbol, time } = series;
      if (symbol <= last) throw new GurukulError('Bug', `series are out of order: ${symbol} follows ${last}`);
      last = symbol;
      const counts = cuts.map(({ end, forwardEnd }) => {
        const prior = lowerBound(time, startOfDate(end));
        const rows = lowerBound(time, startOfDate(forwardEnd));
        const bars = rows === 0 ? 0 : Math.min(rows + ahead, time.length);
        return { prior: { rows: prior, bars: prior }, forward: { rows, bars } };
      });
      const ends = counts.flatMap(({ prior, forward }) => [prior.bars, forward.bars]);
      const digests = prefixDigests(series, ends);
      const gaps = gapsOf(slots.number(time));
      const sector = sectors.has(symbol) ? ` in ${JSON.stringify(sectors.get(symbol))}` : '';
      const changes = membershipChanges(memberRows(time, membership.get(symbol)));
      cuts.forEach((cut, index) => {
        // A symbol without bars does not count.
        for (const part of ['prior', 'forward'] as const) {
          const { rows, bars } = counts[index]?.[part] ?? { rows: 0, bars: 0 };
          if (bars === 0) continue;
          const more = [...textsBefore(gaps, bars), ...textsBefore(changes, rows)].join('');
          cut[part].update(`${symbol} ${digests.get(bars) ?? ''}${sector}${more}\n`);
        }
      });
    },
    digests: () =>
      Object.fromEntries(
        cuts.map(({ id, forwardEnd, prior, forward }) => [
          id,
          { prior: prior.copy().digest('hex'), forward: forward.copy().digest('hex'), forwardEnd },
        ]),
      ),
  };
}

/** Something about a bar that its values do not say. */
interface BarNote {
  readonly bar: number;
  readonly text: string;
}

/** The bars that do not follow in the next slot: what labels depend on beside bars. None in a series without gaps. */
function gapsOf(slot: Int32Array): BarNote[] {
  const notes: BarNote[] = [];
  let last: number | undefined;
  slot.forEach((here, bar) => {
    if (here === NO_SLOT) notes.push({ bar, text: ` ${bar} outside` });
    else {
      const missed = here - (last ?? here - 1) - 1;
      if (missed > 0) notes.push({ bar, text: ` ${bar} after ${missed}` });
      last = here;
    }
  });
  return notes;
}

/** The bars with which the company becomes a member or stops to be one. None for one that always is. */
function membershipChanges(member: Uint8Array): BarNote[] {
  const notes: BarNote[] = [];
  let last = 1;
  member.forEach((now, bar) => {
    if (now !== last) notes.push({ bar, text: ` ${bar} ${now === 1 ? 'in' : 'out'}` });
    last = now;
  });
  return notes;
}

function textsBefore(notes: readonly BarNote[], bars: number): string[] {
  return notes.filter(({ bar }) => bar < bars).map(({ text }) => text);
}

/** What identifies a run's bars: its ingest, and the dates and label rule that cut them. */
export interface IngestedRun {
  readonly config: TrainingConfig;
  /** The run's IngestManifest. */
  readonly ingest: FileRef;
}

/** Saves the digests next to the plan, for the units to read. */
export async function writeCohortBars(
  home: Home,
  run: IngestedRun,
  cohorts: Readonly<Record<string, CohortBars>>,
): Promise<void> {
  await writeStored(home, home.barDigests(run.config.runId), canonicalJson({ key: keyOf(run), cohorts }));
}

/**
 * Digests of the bars of a job's cohort: as the plan saved them, or recomputed when that file is missing or
 * belongs to other bars.
 *
 * @throws GurukulError ChecksumMismatch when the ingest or a series is not the one recorded.
 */
export async function readCohortBars(
  home: Home,
  { config, cohort, ingest }: IngestedRun & { readonly cohort: CohortDates },
): Promise<CohortBars> {
  const known = await readStoredJson(home, home.barDigests(config.runId), barDigestsSchema).catch(
    (error: unknown) => {
      // Recompute from a damaged file; a store that cannot be read now is retried later.
      if (error instanceof GurukulError && error.type === 'StoreUnavailable') throw error;
      return undefined;
    },
  );
  const found = known?.key === keyOf({ ingest, config }) ? known.cohorts[cohort.id] : undefined;
  if (found !== undefined) return found;
  const { series, until, ...market } = await loadUsedBars(home, ingest, config);
  const gathered = gatherCohortBars([cohort], config, until, market);
  for (const bars of series) gathered.add(bars);
  const computed = gathered.digests()[cohort.id];
  if (computed === undefined) throw new GurukulError('Bug', `no bars of cohort ${cohort.id}`);
  return computed;
}

function keyOf({ ingest, config }: IngestedRun): string {
  const { to, windowDays } = config;
  // The ingest has the observed sessions; the calendar may be another one than when the digests were saved.
  const calendar = barSlots(loadCalendar(packageRoot), { interval: config.interval }).key;
  return unitKey({ ingest: ingest.sha256, calendar, to, windowDays, ahead: slotsAhead(config) });
}
