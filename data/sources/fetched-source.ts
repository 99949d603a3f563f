import { readResponses, readFetchedBars } from '../bars/fetched-bars.js';
import { findingList } from '../bars/findings.js';
import type { ProviderResponse } from '../schemas/provider-log.js';
import type { Finding } from '../schemas/ingest.js';
import type { RunConfig } from '../schemas/run-input.js';
import type { Universe } from '../schemas/universe.js';
import type { Home } from '../store/home.js';
import { loadSymbolMaster } from '../symbols/symbol-master.js';
import { isoDate } from '../time/dates.js';
import { breezeCodeOf, withBreezeCode } from './breeze/breeze-code.js';
import { doubtfulDays } from './doubtful-days.js';
import { unsettledSessions } from './plan-requests.js';
import type { ProviderName } from './provider.js';
import type { BarReader, SourceDeps } from './source.js';
import { readDays, sessionsIn } from './wanted-days.js';

/**
 * Reads what has been fetched from a provider so far, from the home folder alone: exactly the days that the run
 * needs, whatever other runs have fetched. Bars of Breeze are as traded. Yahoo's are adjusted for splits and bonuses
 * already.
 */
export async function openFetchedSource(
  name: ProviderName,
  config: Pick<RunConfig, 'interval' | 'from' | 'to' | 'completeUntil' | 'offline'>,
  { home, packageRoot, universe, calendar }: SourceDeps & { readonly home: Home },
): Promise<BarReader> {
  const days = readDays({ ...config, source: name });
  const withoutCode =
    name === 'breeze' ? await symbolsWithoutCode(universe, packageRoot, home) : new Map<string, Finding>();
  return {
    name,
    read: async (symbol) => {
      const problem = withoutCode.get(symbol);
      if (problem !== undefined) return { series: null, findings: [problem] };
      const key = { source: name, symbol, interval: config.interval };
      const answers = readResponses(home, key);
      const sessions = sessionsIn(calendar, { ...days, to: earlier(lastAsked(answers), days.to) });
      const unsettled = unsettledSessions(sessions, answers, name === 'yahoo');
      const doubtful = doubtfulDays(unsettled, answers);
      const missing = unsettled.filter((day) => !doubtful.has(day));
      const left = doubtfulFindings(symbol, name, doubtful);
      const series = await readFetchedBars(home, key, days, answers);
      if (config.offline === true)
        return { series, findings: [...left, ...notFetched(symbol, name, missing, answers.length > 0)] };
      const finding = missingFinding(symbol, name, missing, answers, series !== null);
      if (finding !== undefined) return { series: null, findings: [finding] };
      return { series, findings: left };
    },
  };
}

/** The symbols that cannot be requested from Breeze, and why. */
async function symbolsWithoutCode(
  { members }: Universe,
  packageRoot: string,
  home: Home,
): Promise<ReadonlyMap<string, Finding>> {
  const master = await loadSymbolMaster(packageRoot, home);
  const found = new Map<string, Finding>();
  for (const member of members) {
    const known = breezeCodeOf(withBreezeCode(member, master));
    if ('problem' in known)
      found.set(member.symbol, { severity: 'error', code: 'no_provider_code', message: known.problem });
  }
  return found;
}

/** End of the days that were ever asked for, ISO; the first of all days when nobody has asked. */
function lastAsked(answers: readonly ProviderResponse[]): string {
  return answers.reduce((last, { asked }) => (asked.to > last ? asked.to : last), '1970-01-01');
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

/** Doubtful bars are left out, and what was good of the same response is used. */
function doubtfulFindings(
  symbol: string,
  name: ProviderName,
  doubtful: ReadonlyMap<number, string>,
): Finding[] {
  const found = findingList();
  for (const [day, why] of doubtful)
    found.add(
      'warning',
      'doubtful_row',
      `${symbol}: ${name} has a doubtful bar on ${isoDate(day)}: ${why}. It is left out`,
    );
  return found.all();
}

/** What an offline run lacks: nobody was asked for it, so nobody has failed. */
function notFetched(
  symbol: string,
  name: ProviderName,
  missing: readonly number[],
  asked: boolean,
): Finding[] {
  const [first, end] = [missing[0], missing.at(-1)];
  if (asked && (first === undefined || end === undefined)) return [];
  const days =
    first === undefined || end === undefined
      ? 'its bars'
      : `${missing.length} session(s) from ${isoDate(first)} to ${isoDate(end)}`;
  const message = `${symbol}: ${days} were never fetched from ${name}, and an offline run asks nobody: they are missing`;
  return [{ severity: 'warning', code: 'not_fetched', message }];
}

/** A series with days that could not be fetched is not used: those days may have bars. */
function missingFinding(
  symbol: string,
  name: ProviderName,
  missing: readonly number[],
  answers: readonly ProviderResponse[],
  hasBars: boolean,
): Finding | undefined {
  const last = answers.at(-1);
  const [first, end] = [missing[0], missing.at(-1)];
  if (last === undefined || first === undefined || end === undefined) return undefined;
  // Of an excluded symbol only the newest sessions are requested.
  if (!hasBars && last.outcome === 'empty') return undefined;
  const failed = answers.findLast(({ message, outcome }) => message !== null && outcome !== 'bars');
  const why = failed === undefined ? '' : `. The last error: ${failed.message ?? failed.outcome}`;
  return {
    severity: 'error',
    code: failed?.outcome === 'wrong_symbol' ? 'wrong_symbol' : 'not_fetched',
    message: `${symbol}: ${missing.length} session(s) from ${isoDate(first)} to ${isoDate(end)} could not be fetched from ${name}${why}`,
  };
}
