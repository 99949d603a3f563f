import type { LoadedActions } from '../actions/load-actions.js';
import { loadActions } from '../actions/load-actions.js';
import { listedFindings } from '../actions/listed-findings.js';
import type { RunConfig } from '../schemas/run-input.js';
import type { Home } from '../store/home.js';
import { loadAliases } from '../symbols/symbol-aliases.js';
import { openBreeze } from './breeze/breeze-provider.js';
import { requireInterval } from './check-source.js';
import { openCsvSource } from './csv-source.js';
import { openFetchedSource } from './fetched-source.js';
import type { BarProvider, ProviderName } from './provider.js';
import type { ProviderSettings } from './provider-settings.js';
import type { BarReader, BarSource, SourceConfig, SourceDeps } from './source.js';
import { openSyntheticSource } from './synthetic/synthetic-source.js';
import { openYahoo } from './yahoo/yahoo-provider.js';

/**
 * Opens the source of a run for reading, with the corporate actions of its bars. For a provider it reads what has
 * been fetched into the home folder; the ingest fetches through {@link openProvider}.
 *
 * @throws InvalidInputError when the source cannot serve the run: a missing folder, files in another format, an
 * interval that it does not have, or a wrong list of corporate actions.
 */
export async function openSource(
  config: SourceConfig & Pick<RunConfig, 'from' | 'to' | 'completeUntil' | 'offline'>,
  deps: SourceDeps & { readonly home: Home },
): Promise<BarSource> {
  switch (config.source) {
    case 'csv':
      return withActions(
        await openCsvSource(config, { ...deps, ...(await loadAliases(deps)) }),
        await loadActions(deps, config),
      );
    case 'synthetic':
      return openSyntheticSource(config, deps);
    case 'breeze':
    case 'yahoo': {
      requireInterval(config.source, config.interval);
      const reader = await openFetchedSource(config.source, config, deps);
      // Yahoo has applied splits and bonuses itself: only what a user adds for it is left.
      return withActions(
        reader,
        await loadActions(deps, config.source === 'yahoo' ? { without: 'project' } : {}),
      );
    }
  }
}

/** A reader with the merged list of corporate actions, and with what there is to say of it for each series. */
function withActions(reader: BarReader, listed: LoadedActions): BarSource {
  return {
    ...reader,
    actions: (symbol) =>
      listed.of(symbol).map(({ exDate, priceFactor, kind }) => ({ exDate, priceFactor, kind })),
    origin: async (symbol) => {
      const origin = await reader.origin?.(symbol);
      if (origin === undefined) return undefined;
      const newest = listed.newestOf(symbol);
      return {
        files: origin.files,
        given: {
          ...{ bars: origin.given, actions: listed.of(symbol), isEmpty: listed.emptyInBars },
          withoutFactor: listed.withoutFactor.filter((action) => listed.newestOf(action.symbol) === newest),
        },
      };
    },
    read: async (symbol) => {
      const read = await reader.read(symbol);
      if (read.series === null) return read;
      return { ...read, findings: [...read.findings, ...listedFindings(read.series, listed)] };
    },
  };
}

/** Opens a provider for fetching. This makes no network call yet. */
export function openProvider(name: ProviderName, settings: ProviderSettings): BarProvider {
  return name === 'breeze' ? openBreeze(settings) : openYahoo(settings);
}
