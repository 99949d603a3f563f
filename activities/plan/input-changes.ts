import { adjustSeries } from '../../data/bars/adjust-series.js';
import { readSeries } from '../../data/bars/bar-store.js';
import type { BarSeries } from '../../data/bars/series.js';
import type { Interval } from '../../data/schemas/run-choices.js';
import { UNSTATED_ENTRY } from '../../data/schemas/run-choices.js';
import { canonicalJson } from '../../data/store/digests.js';
import type { Home } from '../../data/store/home.js';
import { dayOfMinutes, isoDate } from '../../data/time/dates.js';
import type { CohortBars } from '../market/cohort-bars.js';
import type { EarlierInputs, RunInputs, ComparedSymbol, SymbolInput } from './run-inputs.js';
import { DATES } from './run-inputs.js';

/** Limits on the names per line and on the bytes of all lines: workflow payloads must be small. */
const MAX_NAMES = 4;
const MAX_BYTES = 900;
const EVERYTHING = 'everything is retrained';

/**
 * What changed since an earlier run, or since the previous start of the same run, and which cohorts are
 * affected: one line per kind of change, for a person. Empty when nothing changed.
 *
 * @param run The run that is planned.
 * @param seen Its symbols, compared with those of the earlier run.
 */
export async function inputChanges(
  home: Home,
  run: string,
  { run: earlier, inputs: before }: EarlierInputs,
  now: RunInputs,
  seen: ReadonlyMap<string, ComparedSymbol>,
): Promise<string[]> {
  const settings = settingChanges(before, now);
  const changes = [
    ...settings,
    ...(before.code === now.code ? [] : [`the program changed: ${EVERYTHING}`]),
    ...symbolChanges(before, seen),
    ...(await restatements(home, before, seen, now.config['interval'] === '5minute' ? '5minute' : '1day')),
    ...newBars(before, seen),
  ];
  if (changes.length === 0) return [];
  const all = settings.length > 0 || before.code !== now.code;
  const lines = [
    `since ${earlier === run ? 'the previous start of this run' : `run ${earlier}`}:`,
    ...changes,
    ...(all ? [] : affectedCohorts(before.cohorts, now.cohorts)),
  ];
  let bytes = 0;
  return lines.filter((line) => (bytes += Buffer.byteLength(line)) <= MAX_BYTES);
}

/** The value of settings that inputs of earlier versions do not have. */
const ABSENT: Readonly<Record<string, string>> = { entry: UNSTATED_ENTRY };

/** Training settings that differ, except for dates: these only determine which cohorts there are. */
function settingChanges(before: RunInputs, now: RunInputs): string[] {
  const names = [...new Set([...Object.keys(before.config), ...Object.keys(now.config)])];
  return names
    .filter((name) => !DATES.includes(name))
    .map((name) => ({ name, was: before.config[name] ?? ABSENT[name], is: now.config[name] }))
    .filter(({ was, is }) => was !== is)
    .map(({ name, was = 'unset', is = 'unset' }) => `${name} changed from ${was} to ${is}: ${EVERYTHING}`);
}

function symbolChanges({ symbols }: RunInputs, seen: ReadonlyMap<string, ComparedSymbol>): string[] {
  const added = [...seen].filter(([, { change }]) => change === 'new');
  const removed = Object.keys(symbols).filter((symbol) => !seen.has(symbol));
  const pooled =
    'market features and priors combine all symbols, so every cohort that uses bars of these dates is retrained';
  return [
    ...(added.length === 0
      ? []
      : [
          `added symbols: ${names(added.map(([symbol, { input }]) => `${symbol} (bars from ${input.first})`))}; ${pooled}`,
        ]),
    ...(removed.length === 0 ? [] : [`removed symbols: ${names(removed)}; ${pooled}`]),
  ];
}

/** Series whose earlier bars changed. */
async function restatements(
  home: Home,
  { symbols }: RunInputs,
  seen: ReadonlyMap<string, ComparedSymbol>,
  interval: Interval,
): Promise<string[]> {
  const restated = [...seen].filter(([, { change }]) => change === 'restated');
  const lines: string[] = [];
  for (const [symbol, { input }] of restated.slice(0, MAX_NAMES)) {
    const before = symbols[symbol];
    if (before !== undefined)
      lines.push(`${symbol} ${await difference(home, symbol, interval, before, input)}`);
  }
  const more = restated.length - lines.length;
  return lines.length === 0
    ? []
    : [`changed bars: ${lines.join(', ')}${more > 0 ? ` and ${more} more symbols` : ''}`];
}

async function difference(
  home: Home,
  symbol: string,
  interval: Interval,
  before: SymbolInput,
  now: SymbolInput,
): Promise<string> {
  if (canonicalJson(before.actions) !== canonicalJson(now.actions))
    return '(its corporate actions changed, which adjusts earlier bars)';
  const read = async ({ ref, actions, bars }: SymbolInput): Promise<BarSeries | undefined> => {
    const series = await readSeries(home, ref, symbol, interval).catch(() => undefined);
    return series === undefined || series.time.length < bars ? undefined : adjustSeries(series, actions);
  };
  const [was, is] = [await read(before), await read(now)];
  if (was === undefined || is === undefined) return '(its previous bars are no longer stored)';
  const most = Math.min(before.bars, now.bars);
  for (let bar = 0; bar < most; bar += 1)
    if (COLUMNS.some((column) => was[column][bar] !== is[column][bar]))
      return `from ${isoDate(Math.min(dayOf(was, bar), dayOf(is, bar)))} on`;
  return `(last bar on ${now.last}, previously on ${before.last})`;
}

const COLUMNS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

function dayOf({ time }: BarSeries, bar: number): number {
  return dayOfMinutes(time[bar] ?? 0);
}

function newBars({ symbols }: RunInputs, seen: ReadonlyMap<string, ComparedSymbol>): string[] {
  const extended = [...seen].filter(([, { change }]) => change === 'extended').map(([symbol]) => symbol);
  const [since] = extended.map((symbol) => symbols[symbol]?.last ?? '').sort();
  if (since === undefined) return [];
  return [
    `new bars since ${since}: ${extended.length > MAX_NAMES ? `${extended.length} symbols` : names(extended)}`,
  ];
}

const NEW_COHORT = 'new cohort';
const ALL_RETRAINED = 'prior, teachers and student are retrained';
const FORWARD_RETRAINED = 'teachers and student are retrained for the forward part; the prior is reused';

/** Which cohorts the changes affect, and how. */
function affectedCohorts(
  before: Readonly<Record<string, CohortBars>>,
  now: Readonly<Record<string, CohortBars>>,
): string[] {
  const kinds = new Map<string, string[]>([
    [NEW_COHORT, []],
    [ALL_RETRAINED, []],
    [FORWARD_RETRAINED, []],
  ]);
  for (const [id, bars] of Object.entries(now)) {
    const was = before[id];
    const kind =
      was === undefined
        ? NEW_COHORT
        : was.prior !== bars.prior
          ? ALL_RETRAINED
          : was.forward !== bars.forward || was.forwardEnd !== bars.forwardEnd
            ? FORWARD_RETRAINED
            : undefined;
    if (kind !== undefined) kinds.get(kind)?.push(id);
  }
  const affected = [...kinds.values()].flat().length;
  const total = Object.keys(now).length;
  return [
    `affected: ${affected} of ${total} cohorts`,
    ...[...kinds].filter(([, ids]) => ids.length > 0).map(([kind, ids]) => `${names(ids)}: ${kind}`),
  ];
}

function names(all: readonly string[]): string {
  const more = all.length - MAX_NAMES;
  return `${all.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
