import { loadActionCoverage } from '../../data/actions/action-coverage.js';
import type { ActionRule } from '../../data/bars/settle-actions.js';
import { actionRule } from '../../data/bars/settle-actions.js';
import type { Calendar } from '../../data/calendar/calendar.js';
import { loadCalendar } from '../../data/calendar/calendar.js';
import type { DayRange } from '../../data/schemas/day-range.js';
import type { RunInput } from '../../data/schemas/run-input.js';
import type { Universe } from '../../data/schemas/universe.js';
import type { RunUniverse } from '../../data/universe/run-members.js';
import { openRunUniverse } from '../../data/universe/run-members.js';
import { openCsvSource } from '../../data/sources/csv-source.js';
import { openSource } from '../../data/sources/open-source.js';
import type { BarReader, BarSource } from '../../data/sources/source.js';
import { readDays } from '../../data/sources/wanted-days.js';
import type { Home } from '../../data/store/home.js';
import { loadAliases } from '../../data/symbols/symbol-aliases.js';
import { loadSymbolMaster } from '../../data/symbols/symbol-master.js';
import type { ManifestDeps } from './manifest.js';

/** What every ingest works with. */
export interface OpenIngest extends ManifestDeps {
  readonly universe: Universe;
  readonly calendar: Calendar;
  /** Members of the run by their symbols. */
  readonly select: RunUniverse['select'];
  readonly source: BarSource;
  /** The days that the run reads: its dates and the history before them. */
  readonly days: DayRange;
  /** Which corporate actions are applied. */
  readonly rule: ActionRule;
  /** Another source to compare with, where one was named. */
  readonly second: BarReader | null;
}

/** Opens the sources of an ingest. @throws InvalidInputError for a wrong universe or source. */
export async function openIngest(
  config: RunInput,
  { home, packageRoot }: { readonly home: Home; readonly packageRoot: string },
): Promise<OpenIngest> {
  const known = await listingsOf(config, { home, packageRoot });
  const { universe, calendar } = known;
  const deps = { home, packageRoot, universe, calendar };
  const source = await openSource(config, deps);
  return {
    ...known,
    source,
    days: readDays(config),
    rule: actionRule(config),
    second:
      config.crossCheck === undefined
        ? null
        : await openCsvSource(
            { bars: config.crossCheck, interval: config.interval, from: config.from, to: config.to },
            { ...deps, ...(await loadAliases(deps)) },
          ),
  };
}

/** The universe with what is known of its symbols' past, without opening a source. @throws InvalidInputError */
export async function listingsOf(
  config: Pick<RunInput, 'universe' | 'membership' | 'from' | 'to'>,
  deps: { readonly home: Home; readonly packageRoot: string },
): Promise<ManifestDeps & Pick<OpenIngest, 'universe' | 'select'>> {
  const { universe, select, membershipOf, sectorOf, findings } = await openRunUniverse(config, deps);
  const master = await loadSymbolMaster(deps.packageRoot, deps.home);
  const checked = await loadActionCoverage(deps.packageRoot);
  return {
    ...{ universe, select, membershipOf, sectorOf, findings },
    calendar: loadCalendar(deps.packageRoot),
    checkedActions: new Map(
      universe.members.flatMap(({ symbol }) => {
        const days = checked.get(master.find(symbol)?.symbol ?? symbol);
        return days === undefined ? [] : [[symbol, days]];
      }),
    ),
    listings: new Map(
      universe.members.map(({ symbol, listingDate }) => [
        symbol,
        {
          listingDate: listingDate ?? master.find(symbol)?.listingDate ?? null,
          formerSymbols: master.find(symbol)?.formerSymbols ?? [],
        },
      ]),
    ),
  };
}
