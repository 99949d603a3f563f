import type { BarSeries } from '../../data/bars/series.js';
import type { SeriesRecord } from '../../data/schemas/ingest.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { trainingCodeVersion } from '../../data/store/code-version.js';
import { canonicalJson } from '../../data/store/digests.js';
import type { Home } from '../../data/store/home.js';
import { writeStored } from '../../data/store/stored-files.js';
import { recordEvent } from '../../data/telemetry/telemetry.js';
import type { CohortBars } from '../market/cohort-bars.js';
import { trainingKey } from '../model/units/unit-keys.js';
import { trainingConfig } from '../../data/schemas/training-config.js';
import { inputChanges } from './input-changes.js';
import type { ComparedSymbol, PlannedInputs, RunInputs } from './run-inputs.js';
import { earlierInputs, symbolInput } from './run-inputs.js';

/** Compares a run's inputs with those of an earlier run, series by series. */
export interface InputComparison {
  /** @param used Adjusted bars that the run uses. */
  add(used: BarSeries, record: SeriesRecord): void;
  /**
   * Writes the run's inputs, replacing those of its previous start.
   *
   * @param until End of the run's data, ISO, exclusive.
   * @param bars By cohort id.
   * @param trained The cohorts that have windows to train.
   * @returns What changed, as lines for a person.
   */
  settle(
    until: string,
    bars: Readonly<Record<string, CohortBars>>,
    trained: readonly { readonly id: string }[],
  ): Promise<string[]>;
}

/**
 * @param config Configuration of the run that is planned.
 * @param planned Its cohorts and symbols.
 */
export async function compareInputs(
  home: Home,
  config: RunConfig,
  planned: Pick<PlannedInputs, 'cohorts' | 'symbols'>,
): Promise<InputComparison> {
  const { runId, source, reuse } = config;
  const { lowerBarrier, ...settings } = trainingKey(trainingConfig(config));
  const now = {
    code: await trainingCodeVersion(),
    config: { ...settings, ...(lowerBarrier === undefined ? {} : { lowerBarrier }) },
  };
  const before = await earlierInputs(home, runId, { ...now, ...planned, source, reuse });
  const seen = new Map<string, ComparedSymbol>();
  return {
    add(used, record) {
      const found = symbolInput(used, record, before?.inputs.symbols[record.symbol]);
      if (found !== undefined) seen.set(record.symbol, found);
    },
    async settle(until, bars, trained) {
      const ids = new Set(trained.map(({ id }) => id));
      const cohorts = Object.fromEntries(Object.entries(bars).filter(([id]) => ids.has(id)));
      const symbols = Object.fromEntries([...seen].map(([symbol, { input }]) => [symbol, input]));
      const inputs: RunInputs = { ...now, until, symbols, cohorts };
      const changes = before === undefined ? [] : await inputChanges(home, runId, before, inputs, seen);
      await writeStored(home, home.inputs(runId), canonicalJson(inputs));
      if (changes.length > 0) recordEvent(home, runId, { event: 'inputs_changed', id: 'inputs', changes });
      return changes;
    },
  };
}
