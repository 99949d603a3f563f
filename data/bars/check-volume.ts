import { adjustSeries } from '../corporate-actions.js';
import type { CorporateAction } from '../schemas/corporate-action.js';
import { dayOfMinutes, isoDate } from '../time/dates.js';
import type { FindingList } from './findings.js';
import type { BarSeries } from './series.js';

/** Sessions before and after a day whose median volumes are compared. */
const SESSIONS = 60;
/** Days between two comparisons: a step between them shows in both of its neighbours. */
const STRIDE = 5;
/** Steps, as factors, that are told, and that refuse a series. */
const TOLD = 15;
const REFUSED = 100;
/** Share of bars without volume that refuses a series: what is computed from volume would say nothing. */
const MOSTLY = 0.5;

/**
 * Looks for steps of the usual volume, corporate actions taken out: another unit (lots, thousands, rupees
 * instead of shares), a split factor on one side only, or another company's bars. The largest true step of
 * 46 large companies in 2020–2024 is tenfold (ADANIPOWER, as it left the trade-for-trade segment).
 */
export function checkVolume(
  series: BarSeries,
  actions: readonly CorporateAction[],
  found: FindingList,
): void {
  const empty = series.volume.reduce((count, shares) => count + (shares === 0 ? 1 : 0), 0);
  if (empty > 0)
    found.add(
      empty > MOSTLY * series.time.length ? 'error' : 'warning',
      'zero_volume',
      `${series.symbol}: ${empty} of ${series.time.length} bars without volume`,
    );
  const { days, volume } = dailyVolumes(adjustSeries(series, actions));
  let largest = { factor: 1, rises: true };
  for (let at = SESSIONS; at + SESSIONS <= days.length; at += STRIDE) {
    const before = median(volume.slice(at - SESSIONS, at));
    const after = median(volume.slice(at, at + SESSIONS));
    if (before === 0 || after === 0) continue;
    const factor = Math.max(after / before, before / after);
    if (factor > largest.factor) largest = { factor, rises: after > before };
  }
  if (largest.factor < TOLD) return;
  found.add(
    largest.factor >= REFUSED ? 'error' : 'warning',
    'volume_step',
    `${series.symbol}: the usual volume ${largest.rises ? 'rises' : 'falls'} ${Math.round(largest.factor)}-fold about ` +
      `${isoDate(days[placeOfStep(volume)] ?? 0)} (medians of ${SESSIONS} sessions), and no corporate action explains it: are the units others?`,
  );
}

/** Where the mean logarithms before and after differ most: at the step, where medians stay on a plateau. */
function placeOfStep(volume: readonly number[]): number {
  const logs = volume.map((shares) => Math.log(Math.max(shares, 1)));
  const sum = (from: number): number =>
    logs.slice(from, from + SESSIONS).reduce((total, value) => total + value, 0);
  let best = { difference: -1, at: SESSIONS };
  for (let at = SESSIONS; at + SESSIONS <= logs.length; at += STRIDE) {
    const difference = Math.abs(sum(at) - sum(at - SESSIONS));
    if (difference > best.difference) best = { difference, at };
  }
  return best.at;
}

function dailyVolumes({ time, volume }: BarSeries): {
  readonly days: readonly number[];
  readonly volume: readonly number[];
} {
  const days: number[] = [];
  const sums: number[] = [];
  for (let bar = 0; bar < time.length; bar += 1) {
    const day = dayOfMinutes(time[bar] ?? 0);
    if (days.at(-1) !== day) {
      days.push(day);
      sums.push(0);
    }
    sums[sums.length - 1] = (sums.at(-1) ?? 0) + (volume[bar] ?? 0);
  }
  return { days, volume: sums };
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}
