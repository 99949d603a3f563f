import type { RunConfig } from '../schemas/run-input.js';
import type { Home } from '../store/home.js';
import { loadAliases } from '../symbols/symbol-aliases.js';
import { openBreeze } from './breeze/breeze-provider.js';
import { requireInterval } from './check-source.js';
import { openCsvSource } from './csv-source.js';
import { openFetchedSource } from './fetched-source.js';
import type { BarProvider, ProviderName } from './provider.js';
import type { ProviderSettings } from './provider-settings.js';
import type { BarSource, SourceConfig, SourceDeps } from './source.js';
import { openSyntheticSource } from './synthetic/synthetic-source.js';
import { openYahoo } from './yahoo/yahoo-provider.js';

/**
 * Opens the source of a run for reading. For a provider it reads what has been fetched into the home folder;
 * the ingest fetches through {@link openProvider}.
 *
 * @throws InvalidInputError when the source cannot serve the run: a missing folder, files in another format, or an
 * interval that it does not have.
 */
export async function openSource(
  config: SourceConfig & Pick<RunConfig, 'from' | 'to'>,
  deps: SourceDeps & { readonly home: Home },
): Promise<BarSource> {
  switch (config.source) {
    case 'csv':
      return openCsvSource(config, { ...deps, ...(await loadAliases(deps)) });
    case 'synthetic':
      return openSyntheticSource(config, deps);
    case 'breeze':
    case 'yahoo':
      requireInterval(config.source, config.interval);
      return openFetchedSource(config.source, config, deps);
  }
}

/** Opens a provider for fetching. This makes no network call yet. */
export function openProvider(name: ProviderName, settings: ProviderSettings): BarProvider {
  return name === 'breeze' ? openBreeze(settings) : openYahoo(settings);
}
