import { formatBarTime } from '../../../data/bars/bar-time.js';
import type { BarSeries } from '../../../data/bars/series.js';
import type { BundleIngest } from '../../../data/schemas/bundle.js';
import type { SeriesRecord } from '../../../data/schemas/ingest.js';
import { canonicalJson } from '../../../data/store/digests.js';

/** What happened to a series, from the first named run to the second. */
export const SERIES_CHANGES = [
  /** Bars in the second run alone: after the last bar of the first one, before its first bar, or between. */
  'added_at_end',
  'added_before',
  'added_inside',
  /** The same for bars in the first run alone. */
  'removed_at_end',
  'removed_before',
  'removed_inside',
  /** Bars of the same time have other values. */
  'changed',
  /** Other corporate actions are applied. */
  'adjusted',
  /** The series is used in the second run alone, or in the first. */
  'new',
  'gone',
  /** It differs, and neither the stored bars nor first, last and number of bars say where. */
  'differs',
] as const;
export type SeriesChangeKind = (typeof SERIES_CHANGES)[number];

/** Some bars of a series: how many, the first and the last of them. */
export interface BarSpan {
  readonly bars: number;
  readonly first: string;
  readonly last: string;
}

/** What a bundle says of a series. */
type SeriesState = Pick<BundleIngest['series'][number], 'status' | 'first' | 'last' | 'bars' | 'actions'>;

/** A series that two runs have in common, and that differs. */
export interface SeriesChange {
  readonly symbol: string;
  readonly kinds: readonly SeriesChangeKind[];
  readonly before: SeriesState;
  readonly after: SeriesState;
  /** Compared bar by bar; null where the stored bars of one of the runs are not at hand. */
  readonly bars: {
    readonly added: BarSpan | null;
    readonly removed: BarSpan | null;
    readonly changed: BarSpan | null;
  } | null;
  /** Corporate actions of one run alone, as `2022-05-12 × 10`; null where they are not at hand. */
  readonly actions: { readonly added: readonly string[]; readonly removed: readonly string[] } | null;
  /** Whether only bars after the end of both runs differ, which no result depends on; null: not known. */
  readonly afterEnd: boolean | null;
}

/** What is known of a series in one run. */
export interface ComparedSeries {
  readonly entry: BundleIngest['series'][number];
  readonly record: SeriesRecord | undefined;
  readonly series: BarSeries | undefined;
}

/**
 * Compares a series of two runs; undefined where it is the same in both.
 *
 * @param end The later end of the two runs, ISO, exclusive.
 */
export function seriesChange(
  before: ComparedSeries,
  after: ComparedSeries,
  end: string,
): SeriesChange | undefined {
  const [was, is] = [before.entry, after.entry];
  const actions = actionChange(before, after);
  const adjusted =
    actions === null ? was.actions !== is.actions : actions.added.length + actions.removed.length > 0;
  const sameBars = was.sha256 === is.sha256;
  if (sameBars && was.status === is.status && !adjusted) return undefined;
  const bars = sameBars ? null : barChange(before.series, after.series);
  const [had, has] = [was.status === 'ok', is.status === 'ok'];
  return {
    symbol: was.symbol,
    kinds: [
      ...(had === has ? [] : [had ? ('gone' as const) : ('new' as const)]),
      ...(had && has && !sameBars ? kindsOf(was, is, bars) : []),
      ...(had && has && adjusted ? ['adjusted' as const] : []),
      ...(!had && !has ? ['differs' as const] : []),
    ],
    before: stateOf(was),
    after: stateOf(is),
    bars,
    actions,
    afterEnd: adjusted || had !== has ? false : isAfter(bars, end),
  };
}

function isAfter(bars: SeriesChange['bars'], end: string): boolean | null {
  if (bars === null) return null;
  return [bars.added, bars.removed, bars.changed].every((span) => span === null || span.first >= end);
}

function stateOf({ status, first, last, bars, actions }: BundleIngest['series'][number]): SeriesState {
  return { status, first, last, bars, actions };
}

function kindsOf(was: SeriesState, is: SeriesState, bars: SeriesChange['bars']): SeriesChangeKind[] {
  if (bars === null) {
    const ends = (was.last ?? '') === (is.last ?? '') ? 0 : (was.last ?? '') < (is.last ?? '') ? 1 : -1;
    const starts = (was.first ?? '') === (is.first ?? '') ? 0 : (was.first ?? '') > (is.first ?? '') ? 1 : -1;
    const kinds = [...placed(ends, 'at_end'), ...placed(starts, 'before')];
    return kinds.length === 0 ? ['differs'] : kinds;
  }
  const { added, removed, changed } = bars;
  return [
    ...(added === null ? [] : [`added_${placeOf(added, was)}` as const]),
    ...(removed === null ? [] : [`removed_${placeOf(removed, is)}` as const]),
    ...(changed === null ? [] : ['changed' as const]),
  ];
}

function placed(sign: number, place: 'at_end' | 'before'): SeriesChangeKind[] {
  return sign === 0 ? [] : [sign > 0 ? `added_${place}` : `removed_${place}`];
}

/** Where bars lie that the other series does not have. */
function placeOf({ first, last }: BarSpan, other: SeriesState): 'at_end' | 'before' | 'inside' {
  if (other.last !== null && first > other.last) return 'at_end';
  return other.first !== null && last < other.first ? 'before' : 'inside';
}

const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;

function barChange(was: BarSeries | undefined, is: BarSeries | undefined): SeriesChange['bars'] {
  if (was === undefined || is === undefined) return null;
  const [added, removed, changed] = [span(is), span(was), span(is)];
  let [a, b] = [0, 0];
  while (a < was.time.length || b < is.time.length) {
    const [left, right] = [was.time[a] ?? Infinity, is.time[b] ?? Infinity];
    if (left < right) removed.add(a);
    else if (right < left) added.add(b);
    else if (VALUES.some((name) => was[name][a] !== is[name][b])) changed.add(b);
    if (left <= right) a += 1;
    if (right <= left) b += 1;
  }
  return { added: added.found(), removed: removed.found(), changed: changed.found() };
}

function span({ time, interval }: BarSeries): { add(bar: number): void; found(): BarSpan | null } {
  let bars = 0;
  let [first, last] = [0, 0];
  const text = (bar: number): string => formatBarTime(time[bar] ?? 0, interval);
  return {
    add(bar) {
      if (bars === 0) first = bar;
      last = bar;
      bars += 1;
    },
    found: () => (bars === 0 ? null : { bars, first: text(first), last: text(last) }),
  };
}

function actionChange(before: ComparedSeries, after: ComparedSeries): SeriesChange['actions'] {
  if (before.record === undefined || after.record === undefined) return null;
  const [was = [], is = []] = [before.record.corporateActions, after.record.corporateActions];
  const only = (own: typeof was, other: typeof was): string[] => {
    const known = new Set(other.map((action) => canonicalJson(action)));
    return own
      .filter((action) => !known.has(canonicalJson(action)))
      .map(({ exDate, priceFactor }) => `${exDate} × ${priceFactor}`);
  };
  return { added: only(is, was), removed: only(was, is) };
}
