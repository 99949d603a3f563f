import { readAnswers, readFetchedBars } from '../bars/fetched-bars.js';
import { loadCorporateActions } from '../corporate-actions.js';
import type { Answer } from '../schemas/answer.js';
import type { Finding } from '../schemas/ingest.js';
import type { RunConfig } from '../schemas/run-input.js';
import type { Universe } from '../schemas/universe.js';
import type { Home } from '../store/home.js';
import { loadSymbolMaster } from '../symbols/symbol-master.js';
import { isoDate } from '../time/dates.js';
import { breezeCodeOf, withBreezeCode } from './breeze/breeze-code.js';
import { unsettledSessions } from './plan-requests.js';
import type { ProviderName } from './provider.js';
import type { BarSource, SourceDeps } from './source.js';
import { readDays, sessionsIn } from './wanted-days.js';

/**
 * What has been fetched from a provider so far, read from the home alone: the days that the run needs, and no
 * others, whatever else other runs have fetched. Bars of Breeze are as traded; Yahoo's are adjusted for
 * splits and bonuses already, so they have no corporate actions.
 */
export async function openFetchedSource(
  name: ProviderName,
  config: Pick<RunConfig, 'interval' | 'from' | 'to'>,
  { home, packageRoot, universe, calendar }: SourceDeps & { readonly home: Home },
): Promise<BarSource> {
  const actions = name === 'yahoo' ? undefined : await loadCorporateActions(packageRoot);
  const days = readDays(config);
  const unasked =
    name === 'breeze' ? await withoutCode(universe, packageRoot, home) : new Map<string, Finding>();
  return {
    name,
    actions: (symbol) => actions?.get(symbol) ?? [],
    read: async (symbol) => {
      const problem = unasked.get(symbol);
      if (problem !== undefined) return { series: null, findings: [problem] };
      const key = { source: name, symbol, interval: config.interval };
      const answers = readAnswers(home, key);
      const lastAsked =
        answers
          .map(({ asked }) => asked.to)
          .sort()
          .at(-1) ?? '';
      const to = lastAsked < days.to ? lastAsked : days.to;
      const sessions = to > days.from ? sessionsIn(calendar, { from: days.from, to }) : [];
      const missing = unsettledSessions(sessions, answers, name === 'yahoo');
      const series = await readFetchedBars(home, key, days, answers);
      const finding = missingFinding(symbol, name, missing, answers, series !== null);
      return finding === undefined ? { series, findings: [] } : { series: null, findings: [finding] };
    },
  };
}

/** Symbols that Breeze cannot be asked for, and why. */
async function withoutCode(
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

/** A series with a hole that nobody has looked into is not used: the hole may hold anything. */
function missingFinding(
  symbol: string,
  name: ProviderName,
  missing: readonly number[],
  answers: readonly Answer[],
  hasBars: boolean,
): Finding | undefined {
  const last = answers.at(-1);
  const [first, end] = [missing[0], missing.at(-1)];
  if (last === undefined || first === undefined || end === undefined) return undefined;
  // A symbol that is taken for excluded is asked for its newest sessions only.
  if (!hasBars && last.outcome === 'empty') return undefined;
  const failed = answers.findLast(({ message, outcome }) => message !== null && outcome !== 'bars');
  const why = failed === undefined ? '' : `; the last trouble: ${failed.message ?? failed.outcome}`;
  return {
    severity: 'error',
    code: failed?.outcome === 'wrong_symbol' ? 'wrong_symbol' : 'not_fetched',
    message: `${symbol}: ${missing.length} sessions from ${isoDate(first)} to ${isoDate(end)} could not be fetched from ${name}${why}`,
  };
}
