import { loadActions } from '../../data/actions/load-actions.js';
import { keepSessions } from '../../data/bars/keep-sessions.js';
import type { BarSeries } from '../../data/bars/series.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import type { Home } from '../../data/store/home.js';
import { settleMembers } from '../../data/universe/run-members.js';
import type { ActionComparison } from './compare-actions.js';
import { compareActions } from './compare-actions.js';
import { openIngest } from './open-ingest.js';
import { marketMoves } from './settle-small-actions.js';
import { dailyCloses } from './twins.js';

/** The list of corporate actions and the bars of a run's symbols, compared. */
export interface UniverseComparison {
  /** Of the symbols with bars, sorted. */
  readonly symbols: readonly ActionComparison[];
  /** Symbols whose bars cannot be read, and why. */
  readonly unread: readonly { readonly symbol: string; readonly reason: string }[];
}

/**
 * Compares the merged list of corporate actions with the bars that a run would read. Writes nothing.
 *
 * @throws InvalidInputError for a wrong universe, symbol, source or list.
 */
export async function compareUniverse(
  config: RunInput,
  { home, packageRoot }: { readonly home: Home; readonly packageRoot: string },
): Promise<UniverseComparison> {
  const { membership, members } = await settleMembers(config, { home, packageRoot });
  const { source, calendar, days } = await openIngest({ ...config, membership }, { home, packageRoot });
  const { withoutFactor, newestOf } = await loadActions({ home, packageRoot }, { bars: config.bars });
  const read: BarSeries[] = [];
  const unread: { symbol: string; reason: string }[] = [];
  for (const { symbol } of members) {
    const { series, findings, place } = await source.read(symbol);
    const kept = series === null ? undefined : keepSessions(series, days, calendar, place ?? (() => symbol));
    const error = [...findings, ...(kept?.findings ?? [])].find(({ severity }) => severity === 'error');
    if (error !== undefined) unread.push({ symbol, reason: error.message });
    else if (kept !== undefined && kept.series !== null) read.push(kept.series);
  }
  const market = marketMoves(read.map(dailyCloses));
  return {
    symbols: read.map((series) =>
      compareActions(
        series,
        source.actions(series.symbol),
        withoutFactor.filter(({ symbol }) => newestOf(symbol) === newestOf(series.symbol)),
        { calendar, market },
      ),
    ),
    unread,
  };
}
