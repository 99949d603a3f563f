import type { Random } from '../../data/random.js';
import type { Bar, Kind, Row } from './bar.js';
import { DAY, VALUES, chance, dayOf, oneOf } from './bar.js';
import { daysWithBars } from './market.js';
import type { Sessions } from './sessions.js';
import { dayNumberOf } from './sessions.js';
import type { Format } from './writers/format.js';

/** Rows of a symbol as they will be written, and what is to be expected of them. */
export interface PlantedRows {
  readonly rows: Row[];
  /** The bars that are left. */
  bars: readonly Bar[];
  /** Codes of findings with which the symbol may be stopped. */
  readonly mayStop: Set<string>;
  /** Codes of findings that must be there. */
  readonly reports: Set<string>;
}

export interface PlantOptions {
  readonly kind: Kind;
  readonly format: Format;
  readonly sessions: Sessions;
  /** The symbol on a day. */
  readonly nameOn: (day: number) => string;
  /** Whether the run reads a day. */
  readonly isRead: (day: number) => boolean;
}

/** With fewer days than this, one day without a usable row is more than the share that a series may have. */
const ENOUGH_DAYS = 110;
/** The last days stay whole, so that the last session counts as complete. */
const WHOLE_END = 12;

type Plant = (random: Random, planted: PlantedRows, options: PlantOptions) => void;

/** Writes bars as rows, and plants among them what real files have beside the bars. */
export function plantRows(random: Random, bars: readonly Bar[], options: PlantOptions): PlantedRows {
  const rows = bars.map((bar) => rowOf(bar, options));
  const planted: PlantedRows = { rows, bars, mayStop: new Set(), reports: new Set() };
  // Where one day is enough to stop a symbol, there would be little else to see.
  const rare = daysWithBars(bars).size < ENOUGH_DAYS ? 0.3 : 1;
  const plants: readonly (readonly [number, Plant])[] = [
    [0.15 * rare, conflictingRows],
    [0.15 * rare, partialRow],
    [0.3, closedDays],
    [0.3, blankRows],
    [0.5, otherSeries],
    [0.15, oldHistory],
  ];
  for (const [share, plant] of plants) if (chance(random, share)) plant(random, planted, options);
  return planted;
}

function rowOf(bar: Bar, { nameOn }: PlantOptions): Row {
  return { ...bar, name: nameOn(dayOf(bar.time)), series: 'EQ' };
}

/** A day given twice with other values: nobody knows which is right, so the day is a gap. */
function conflictingRows(random: Random, planted: PlantedRows, { format, isRead }: PlantOptions): void {
  const { rows, mayStop, reports } = planted;
  const row = middleOf(random, planted);
  if (row === undefined || format.many === 'columns') return;
  const bar = barOf(row);
  rows.push({ ...row, ...format.carry({ ...bar, close: 2 * bar.high, high: 2 * bar.high }) });
  if (!isRead(dayOf(row.time))) return;
  planted.bars = planted.bars.filter(({ time }) => dayOf(time) !== dayOf(row.time));
  reports.add('conflicting_bars');
  if (daysWithBars(planted.bars).size < ENOUGH_DAYS) mayStop.add('conflicting_bars');
}

/** A row of which a part is missing: no bar. */
function partialRow(random: Random, planted: PlantedRows, { format, kind, isRead }: PlantOptions): void {
  const { rows, mayStop, reports } = planted;
  const row = middleOf(random, planted);
  if (!format.blanks || row === undefined) return;
  const known = rows.filter(({ time }) => time === row.time).length;
  if (known > 1) return;
  const lost = oneOf(random, ['open', 'close', 'volume'] as const);
  rows[rows.indexOf(row)] = { ...row, [lost]: null };
  planted.bars = planted.bars.filter(({ time }) => time !== row.time);
  if (!isRead(dayOf(row.time))) return;
  reports.add(kind === '1day' ? 'incomplete_rows' : 'blank_rows');
  if (kind === '1day' && planted.bars.length < ENOUGH_DAYS) mayStop.add('incomplete_rows');
}

/** Flat bars without volume, or the day before once more, on days on which the exchange was closed. */
function closedDays(random: Random, { rows, bars, reports }: PlantedRows, options: PlantOptions): void {
  const { sessions, kind, nameOn, format } = options;
  const byDay = new Map<number, Bar[]>();
  for (const bar of bars) byDay.set(dayOf(bar.time), [...(byDay.get(dayOf(bar.time)) ?? []), bar]);
  const traded = [...byDay.keys()];
  const closed: number[] = [];
  for (let day = (traded[0] ?? 0) + 1; day < (traded.at(-1) ?? 0); day += 1)
    if (!sessions.isSession(day) && byDay.has(day - 1)) closed.push(day);
  const count = Math.min(closed.length, kind === '1day' ? random.integer(1, 6) : 1);
  let likeTrading = 0;
  for (const day of new Set(Array.from({ length: count }, () => oneOf(random, closed)))) {
    const before = byDay.get(day - 1) ?? [];
    const close = before.at(-1)?.close ?? 1;
    const how = oneOf(random, ['flat', 'copy', 'traded'] as const);
    if (how === 'traded') likeTrading += 1;
    for (const bar of before) {
      const later = { ...bar, time: bar.time + DAY };
      const flat = format.carry({ ...later, open: close, high: close, low: close, close, volume: 0 });
      const other = format.carry({ ...later, open: bar.close, close: bar.open });
      // More than two days that look like trading would say that all dates are wrong.
      const written = how === 'flat' ? flat : how === 'copy' || likeTrading > 2 ? later : other;
      rows.push({ ...written, name: nameOn(day), series: 'EQ' });
    }
    if (options.isRead(day)) reports.add('closed_day');
  }
}

/** Rows without any number, on days without a bar. */
function blankRows(random: Random, { rows, bars }: PlantedRows, { format, nameOn }: PlantOptions): void {
  if (!format.blanks) return;
  const days = daysWithBars(bars);
  const [first, last] = [dayOf(bars[0]?.time ?? 0), dayOf(bars.at(-1)?.time ?? 0)];
  const time = bars[0]?.time ?? 0;
  for (let count = random.integer(1, 3); count > 0; count -= 1) {
    const day = random.integer(first, last + 1);
    if (days.has(day) || rows.some((row) => dayOf(row.time) === day)) continue;
    const none = { open: null, high: null, low: null, close: null };
    rows.push({
      time: time + (day - first) * DAY,
      ...none,
      volume: oneOf(random, [null, 0]),
      name: nameOn(day),
      series: 'EQ',
    });
  }
}

/** Blocks, and the series in which a share is traded for delivery alone. */
function otherSeries(random: Random, { rows, bars }: PlantedRows, { format }: PlantOptions): void {
  if (!format.series) return;
  const from = oneOf(random, bars).time;
  const until = from + random.integer(1, 30) * DAY;
  const forDelivery = chance(random, 0.5);
  for (const [index, row] of [...rows.entries()]) {
    if (row.time < from || row.time >= until || row.close === null) continue;
    if (forDelivery) rows[index] = { ...row, series: 'BE' };
    else if (chance(random, 0.5))
      rows.push({
        ...row,
        ...format.carry({ ...barOf(row), low: row.close * 0.9, open: row.close * 0.9 }),
        series: 'BL',
      });
  }
}

/** Years that the run does not read, with rows that cannot be right. */
function oldHistory(random: Random, { rows }: PlantedRows, { format, kind, nameOn }: PlantOptions): void {
  // No days of a few minutes each: those would be no bars of one minute.
  if (kind === '1minute') return;
  const start = dayNumberOf('1996-01-02');
  const ofDay = kind === '1day' ? 0 : 9 * 60 + 15;
  const count = format.many === 'days' ? 2 : 40;
  for (let index = 0; index < count; index += 1) {
    const day = start + 3 * index;
    const close = 2 + random.uniform();
    const bad = index % 7 === 3;
    const bar = {
      time: day * DAY + ofDay,
      open: close,
      high: bad ? close / 2 : close,
      low: close,
      close,
      volume: 0,
    };
    rows.push({ ...format.carry(bar), name: nameOn(day), series: 'EQ' });
  }
}

function middleOf(random: Random, { rows, bars }: PlantedRows): Row | undefined {
  const days = [...daysWithBars(bars)].sort((a, b) => a - b);
  if (days.length < WHOLE_END + 2) return undefined;
  const day = days[random.integer(1, days.length - WHOLE_END)] ?? 0;
  const some = rows.filter((row) => dayOf(row.time) === day && VALUES.every((name) => row[name] !== null));
  return some.length === 0 ? undefined : oneOf(random, some);
}

function barOf({ time, open, high, low, close, volume }: Row): Bar {
  return { time, open: open ?? 0, high: high ?? 0, low: low ?? 0, close: close ?? 0, volume: volume ?? 0 };
}
