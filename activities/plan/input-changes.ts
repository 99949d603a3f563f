import { readSeries } from '../../data/bars/bar-store.js';
import type { BarSeries } from '../../data/bars/series.js';
import { adjustSeries } from '../../data/corporate-actions.js';
import type { Interval } from '../../data/schemas/run-choices.js';
import { canonicalJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { dayOfMinutes, isoDate } from '../../data/time/dates.js';
import type { CohortBars } from '../market/cohort-bars.js';
import type { EarlierInputs, RunInputs, SeenSymbol, SymbolInput } from './run-inputs.js';

/** Names in a line, lines, and bytes of all lines: they cross the workflow boundary, which wants small payloads. */
const MAX_NAMES = 4;
const MAX_BYTES = 900;
const EVERYTHING = 'everything is trained anew';

/**
 * What has changed since an earlier run, or since the same run was started before, and which cohorts it
 * touches: a line for each kind of change, for a person. Empty where nothing has changed.
 *
 * @param run The run that asks.
 * @param seen Its symbols, held against those before.
 */
export async function inputChanges(
  home: Home,
  run: string,
  { run: earlier, inputs: before }: EarlierInputs,
  now: RunInputs,
  seen: ReadonlyMap<string, SeenSymbol>,
): Promise<string[]> {
  const settings = settingChanges(before, now);
  const changes = [
    ...settings,
    ...(before.code === now.code ? [] : [`the program is another one: ${EVERYTHING}`]),
    ...symbolChanges(before, seen),
    ...(await restatements(home, before, seen, now.config['interval'] === '5minute' ? '5minute' : '1day')),
    ...newBars(before, seen),
  ];
  if (changes.length === 0) return [];
  const all = settings.length > 0 || before.code !== now.code;
  const lines = [
    `since ${earlier === run ? 'it was started before' : `run ${earlier}`}:`,
    ...changes,
    ...(all ? [] : touchedCohorts(before.cohorts, now.cohorts)),
  ];
  let bytes = 0;
  return lines.filter((line) => (bytes += Buffer.byteLength(line)) <= MAX_BYTES);
}

/** Settings of training that differ; dates only say which cohorts there are. */
function settingChanges(before: RunInputs, now: RunInputs): string[] {
  const names = [...new Set([...Object.keys(before.config), ...Object.keys(now.config)])];
  return names
    .filter((name) => !['from', 'to', 'windowDays'].includes(name))
    .filter((name) => before.config[name] !== now.config[name])
    .map((name) => {
      const [was, is] = [before.config[name] ?? 'not given', now.config[name] ?? 'not given'];
      return `${name} was ${was} and is ${is}: ${EVERYTHING}`;
    });
}

function symbolChanges({ symbols }: RunInputs, seen: ReadonlyMap<string, SeenSymbol>): string[] {
  const added = [...seen].filter(([, { change }]) => change === 'new');
  const gone = Object.keys(symbols).filter((symbol) => !seen.has(symbol));
  const pooled = 'market features and priors are pooled, so every cohort that can know its bars changes';
  return [
    ...(added.length === 0
      ? []
      : [
          `new: ${names(added.map(([symbol, { input }]) => `${symbol} (bars from ${input.first})`))}; ${pooled}`,
        ]),
    ...(gone.length === 0 ? [] : [`gone: ${names(gone)}; ${pooled}`]),
  ];
}

/** Series that do not begin with the bars they had. */
async function restatements(
  home: Home,
  { symbols }: RunInputs,
  seen: ReadonlyMap<string, SeenSymbol>,
  interval: Interval,
): Promise<string[]> {
  const others = [...seen].filter(([, { change }]) => change === 'other');
  const told: string[] = [];
  for (const [symbol, { input }] of others.slice(0, MAX_NAMES)) {
    const before = symbols[symbol];
    if (before !== undefined)
      told.push(`${symbol} ${await difference(home, symbol, interval, before, input)}`);
  }
  const more = others.length - told.length;
  return told.length === 0
    ? []
    : [`other bars than before: ${told.join(', ')}${more > 0 ? ` and ${more} more symbols` : ''}`];
}

async function difference(
  home: Home,
  symbol: string,
  interval: Interval,
  before: SymbolInput,
  now: SymbolInput,
): Promise<string> {
  if (canonicalJson(before.actions) !== canonicalJson(now.actions))
    return '(its corporate actions are others, and adjust its earlier bars)';
  const read = async ({ ref, actions, bars }: SymbolInput): Promise<BarSeries | undefined> => {
    const series = await readSeries(home, ref, symbol, interval).catch(() => undefined);
    return series === undefined || series.time.length < bars ? undefined : adjustSeries(series, actions);
  };
  const [was, is] = [await read(before), await read(now)];
  if (was === undefined || is === undefined) return '(the bars before are gone)';
  const most = Math.min(before.bars, now.bars);
  for (let bar = 0; bar < most; bar += 1)
    if (COLUMNS.some((column) => was[column][bar] !== is[column][bar]))
      return `from ${isoDate(Math.min(dayOf(was, bar), dayOf(is, bar)))} on`;
  return `(they end on ${now.last}, and ended on ${before.last})`;
}

const COLUMNS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

function dayOf({ time }: BarSeries, bar: number): number {
  return dayOfMinutes(time[bar] ?? 0);
}

function newBars({ symbols }: RunInputs, seen: ReadonlyMap<string, SeenSymbol>): string[] {
  const longer = [...seen].filter(([, { change }]) => change === 'longer').map(([symbol]) => symbol);
  const [since] = longer.map((symbol) => symbols[symbol]?.last ?? '').sort();
  if (since === undefined) return [];
  return [
    `new bars since ${since}: ${longer.length > MAX_NAMES ? `${longer.length} symbols` : names(longer)}`,
  ];
}

/** Which of the cohorts that were there before the changes touch, and how. */
function touchedCohorts(
  before: Readonly<Record<string, CohortBars>>,
  now: Readonly<Record<string, CohortBars>>,
): string[] {
  const kinds = new Map<string, string[]>([
    ['new dates', []],
    ['prior and teachers', []],
    ['teachers, for their forward part alone; the prior is kept', []],
  ]);
  for (const [id, bars] of Object.entries(now)) {
    const was = before[id];
    const kind =
      was === undefined
        ? 'new dates'
        : was.prior !== bars.prior
          ? 'prior and teachers'
          : was.forward !== bars.forward || was.forwardEnd !== bars.forwardEnd
            ? 'teachers, for their forward part alone; the prior is kept'
            : undefined;
    if (kind !== undefined) kinds.get(kind)?.push(id);
  }
  const touched = [...kinds.values()].flat().length;
  const total = Object.keys(now).length;
  return [
    `this touches ${touched} of ${total} cohorts`,
    ...[...kinds].filter(([, ids]) => ids.length > 0).map(([kind, ids]) => `${names(ids)}: ${kind}`),
  ];
}

function names(all: readonly string[]): string {
  const more = all.length - MAX_NAMES;
  return `${all.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
