import { setCurrentDetails, setHandler } from '@temporalio/workflow';

import type { SealedIngest } from '../activities/ingest/activities.js';
import type { FileRef } from '../data/schemas/file-ref.js';
import type { RunConfig } from '../data/schemas/run-input.js';
import { io } from './activities.js';
import { asWorkflowFailure } from './failures.js';
import { heldGate } from './held-gate.js';
import { inLanes } from './lanes.js';
import { unitProgressQuery } from './messages.js';
import { markdown, timeLeft } from './run-details.js';

/** Batches read at once. */
const WIDTH = 4;

/** Reads the bars of the universe into the bar store, batch by batch, and seals the run's manifest. */
export async function ingestUniverse(request: {
  readonly config: RunConfig;
  readonly symbols: FileRef;
  readonly batches: number;
}): Promise<SealedIngest> {
  const { config, symbols, batches } = request;
  const { gate } = heldGate();
  let done = 0;
  const current = (): string => `${done} of ${batches} batches done`;
  setHandler(unitProgressQuery, () => ({
    units: { total: batches, done },
    windows: symbols.rows,
    succeeded: Math.floor((symbols.rows * done) / batches),
    failed: 0,
    current: current(),
  }));

  let failure: unknown;
  await inLanes(
    Array.from({ length: batches }, (_, batch) => batch),
    WIDTH,
    async (batch) => {
      // One batch that cannot be read ends the ingest: do not start what would be thrown away.
      if (failure !== undefined) return;
      const summary = `${config.source} · batch ${batch + 1}/${batches}`;
      await gate.pass(async () =>
        io.ingestSymbols.executeWithOptions({ summary }, [{ config, symbols, batch, batches }]),
      );
      done += 1;
      setCurrentDetails(markdown([`${current()}, ${symbols.rows} symbols in all${timeLeft(done, batches)}`]));
    },
    (error) => {
      failure ??= error;
    },
  );
  if (failure !== undefined) throw asWorkflowFailure(failure);
  const sealed = await io.sealIngest.executeWithOptions({ summary: 'seal' }, [{ config, batches }]);
  const statuses = Object.entries(sealed.statuses).map(([status, count]) => `${status} ${count}`);
  setCurrentDetails(markdown([`**${sealed.symbols} symbols:** ${statuses.join(', ')}`]));
  return sealed;
}
