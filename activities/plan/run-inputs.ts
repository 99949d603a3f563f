import { z } from 'zod';

import { prefixDigests } from '../../data/bars/prefix-digests.js';
import type { BarSeries } from '../../data/bars/series.js';
import { corporateActionSchema } from '../../data/schemas/corporate-action.js';
import { fileRefSchema, sha256Schema } from '../../data/schemas/file-ref.js';
import type { SeriesRecord } from '../../data/schemas/ingest.js';
import { SOURCES } from '../../data/schemas/run-choices.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import type { Home } from '../../data/store/home.js';
import { runsInHome } from '../../data/store/runs-in-home.js';
import { readStoredJson } from '../../data/store/stored-files.js';
import { dayOfMinutes, isoDate } from '../../data/time/dates.js';
import { cohortBarsSchema } from '../market/cohort-bars.js';

const symbolInputSchema = z.strictObject({
  /** The stored series and its corporate actions. */
  ref: fileRefSchema,
  actions: z.array(corporateActionSchema),
  /** Number of adjusted bars that are used, their first and last day, and their digest. */
  bars: z.number().int().positive(),
  first: z.string(),
  last: z.string(),
  digest: sha256Schema,
});
export type SymbolInput = z.output<typeof symbolInputSchema>;

/**
 * `models/{run}/inputs.json`: the inputs of a run, so that the next run can report what changed. Results do not
 * depend on it.
 */
export const runInputsSchema = z.strictObject({
  /** Digest of the program. */
  code: sha256Schema,
  /** Settings that training depends on, by their names in the run's input. */
  config: z.record(z.string(), z.union([z.string(), z.number()])),
  /** End of the run's data, ISO, exclusive. */
  until: z.string(),
  symbols: z.record(z.string(), symbolInputSchema),
  /** Digests of the cohorts' bars, by cohort id. */
  cohorts: z.record(z.string(), cohortBarsSchema),
});
export type RunInputs = z.output<typeof runInputsSchema>;

/** The inputs of an earlier run. */
export interface EarlierInputs {
  readonly run: string;
  readonly inputs: RunInputs;
}

/** What is known of a run before its bars are read. */
export interface PlannedInputs extends Pick<RunInputs, 'code' | 'config'> {
  readonly source: RunConfig['source'];
  /** Whose finished units it takes as they are. */
  readonly reuse: RunConfig['reuse'];
  /** Ids of its cohorts. */
  readonly cohorts: readonly string[];
  readonly symbols: readonly string[];
}

/**
 * The inputs that a run is compared with: its own from its previous start, if any; otherwise those of another
 * run of the home from which something could be reused, since its program, settings and source are the same
 * and they have cohorts and symbols in common. Of several runs the one with most cohorts in common, then with
 * most symbols, then the latest. Undefined when there is none.
 */
export async function earlierInputs(
  home: Home,
  run: string,
  now: PlannedInputs,
): Promise<EarlierInputs | undefined> {
  const own = await readInputs(home, run);
  if (own !== undefined) return Object.keys(own.cohorts).length === 0 ? undefined : { run, inputs: own };
  if (now.reuse === 'own') return undefined;
  let best: (EarlierInputs & { readonly rank: readonly number[] }) | undefined;
  for (const other of await runsInHome(home)) {
    const inputs = await readInputs(home, other);
    if (inputs?.code !== now.code || !sameSettings(inputs, now)) continue;
    const cohorts = now.cohorts.filter((id) => inputs.cohorts[id] !== undefined).length;
    const symbols = now.symbols.filter((symbol) => inputs.symbols[symbol] !== undefined).length;
    if (cohorts === 0 || symbols === 0 || (await sourceOf(home, other)) !== now.source) continue;
    const written = (await home.store.head(home.relative(home.inputs(other))))?.writtenMs ?? 0;
    const rank = [cohorts, symbols, written];
    if (best === undefined || isAbove(rank, best.rank)) best = { run: other, inputs, rank };
  }
  return best;
}

/** Whether all training settings are the same, except for dates: these only determine which cohorts there are. */
function sameSettings({ config: before }: RunInputs, { config: now }: PlannedInputs): boolean {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => !DATES.includes(name))
    .every((name) => before[name] === now[name]);
}

/** Settings that only determine which cohorts there are. */
export const DATES: readonly string[] = ['from', 'to', 'windowDays'];

function isAbove(a: readonly number[], b: readonly number[]): boolean {
  const first = a.findIndex((value, at) => value !== b[at]);
  return first >= 0 && (a[first] ?? 0) > (b[first] ?? 0);
}

async function sourceOf(home: Home, run: string): Promise<RunConfig['source'] | undefined> {
  return (await readStoredJson(home, home.runInput(run), sourceSchema).catch(() => undefined))?.source;
}

const sourceSchema = z.looseObject({ source: z.enum(SOURCES) });

/** Undefined when they are missing or unreadable: only a message depends on them. */
async function readInputs(home: Home, run: string): Promise<RunInputs | undefined> {
  return readStoredJson(home, home.inputs(run), runInputsSchema).catch(() => undefined);
}

/** A symbol of a run's inputs, compared with the earlier run. */
export interface ComparedSymbol {
  readonly input: SymbolInput;
  /** `extended`: later bars were added. `restated`: earlier bars changed. */
  readonly change: 'new' | 'same' | 'extended' | 'restated';
}

/** @param used Adjusted bars that the run uses. @returns Undefined where there are none. */
export function symbolInput(
  used: BarSeries,
  { ref, corporateActions: actions = [] }: Pick<SeriesRecord, 'ref' | 'corporateActions'>,
  before: SymbolInput | undefined,
): ComparedSymbol | undefined {
  const bars = used.time.length;
  if (ref === null || bars === 0) return undefined;
  const digests = prefixDigests(used, [bars, Math.min(bars, before?.bars ?? bars)]);
  const day = (bar: number): string => isoDate(dayOfMinutes(used.time[bar] ?? 0));
  const input = { ref, actions, bars, first: day(0), last: day(bars - 1), digest: digests.get(bars) ?? '' };
  if (before === undefined) return { input, change: 'new' };
  const unchanged = digests.get(before.bars) === before.digest;
  return { input, change: unchanged ? (bars === before.bars ? 'same' : 'extended') : 'restated' };
}
