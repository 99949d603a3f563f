import { Context } from '@temporalio/activity';

import { loadCalendar } from '../../../data/calendar/calendar.js';
import { GurukulError } from '../../../data/errors.js';
import type { RunConfig } from '../../../data/schemas/run-input.js';
import { openRunUniverse } from '../../../data/universe/run-members.js';
import { withBreezeCode } from '../../../data/sources/breeze/breeze-code.js';
import { deleteOldLeaseLogs, openLeaseLog } from '../../../data/sources/lease-log.js';
import { openProvider } from '../../../data/sources/open-source.js';
import type { BarProvider, ProviderName } from '../../../data/sources/provider.js';
import { isProvider } from '../../../data/sources/provider.js';
import type { ProviderSettings } from '../../../data/sources/provider-settings.js';
import type { Home } from '../../../data/store/home.js';
import { recordEvent } from '../../../data/telemetry/telemetry.js';
import { symbolAliases } from '../../../data/symbols/symbol-aliases.js';
import { loadSymbolMaster } from '../../../data/symbols/symbol-master.js';
import { batchSymbols } from '../batch-symbols.js';
import type { FetchActivities, FetchRequest } from './activities.js';
import type { FetchDeps } from './fetch-within-budget.js';
import { fetchWithinBudget, questionsLeft } from './fetch-within-budget.js';

const BEAT_MS = 2_000;

/** Activities that fetch. A provider is opened once and kept: its login is good for more than one activity. */
export function createFetchActivities({
  home,
  packageRoot,
  settings,
  now,
}: {
  readonly home: Home;
  readonly packageRoot: string;
  readonly settings: () => ProviderSettings;
  readonly now: () => number;
}): FetchActivities {
  const providers = new Map<ProviderName, BarProvider>();
  const providerOf = (config: Pick<RunConfig, 'source'>): BarProvider => {
    const name = nameOf(config);
    const provider = providers.get(name) ?? openProvider(name, settings());
    providers.set(name, provider);
    return provider;
  };
  const depsOf = async (request: FetchRequest): Promise<FetchDeps> => {
    const { config, since } = request;
    const { select } = await openRunUniverse(config, { home, packageRoot });
    const master = await loadSymbolMaster(packageRoot, home);
    return {
      home,
      provider: providerOf(config),
      calendar: loadCalendar(packageRoot),
      newest: symbolAliases(master).newest,
      members: select(await batchSymbols(home, request)).map((member) => withBreezeCode(member, master)),
      config,
      since,
      now,
    };
  };

  return {
    async planFetch(request) {
      const deps = await depsOf(request);
      deleteOldLeaseLogs(home, deps.provider.name, now());
      return { left: questionsLeft(deps).length, limits: deps.provider.limits };
    },

    async fetchSymbols({ lease, probing = false, ...request }) {
      // An interval runs in the activity's own context.
      const beat = setInterval(() => Context.current().heartbeat(), BEAT_MS);
      try {
        const deps = await depsOf(request);
        const log = openLeaseLog(home, deps.provider.name, lease);
        const fetched = await fetchWithinBudget(
          { ...deps, probing },
          {
            signal: Context.current().cancellationSignal,
            spend: () => now() < lease.expiresAt && log.take(),
          },
        );
        const part = { ...fetched, used: log.close() };
        const { batch, config } = request;
        const id = `fetched/${batch}/${Context.current().info.activityId}`;
        recordEvent(home, config.runId, { event: 'fetched', id, batch, ...part });
        return part;
      } finally {
        clearInterval(beat);
      }
    },

    closeLease({ config, lease }) {
      return Promise.resolve({ used: openLeaseLog(home, nameOf(config), lease).close() });
    },
  };
}

function nameOf({ source }: Pick<RunConfig, 'source'>): ProviderName {
  if (!isProvider(source)) throw new GurukulError('Bug', `${source} is no provider`);
  return source;
}
