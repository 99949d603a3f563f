import path from 'node:path';

import { z } from 'zod';

import { REPLICATES } from '../../../activities/stats/block-bootstrap.js';
import { RUN_DEFAULTS, SYNTHETIC_END } from '../../../data/schemas/run-choices.js';
import { writeJson } from '../../../data/store/files.js';
import type { Python } from '../python.js';
import type { CsvUniverse } from './csv-universe.js';

const peerSchema = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  phases: z.record(z.string(), z.number()),
  windows: z.object({ planned: z.number(), trained: z.number() }),
  figures: z.object({ logLoss: z.number(), baseRate: z.number(), rows: z.number(), neutral5: z.number() }),
});

/** A whole run of the peer, without the start of Python. */
export type PeerRun = z.output<typeof peerSchema>;

const PROCESSES = 2;

/** Runs the peer in Python on the default dates. @param folder For its results, and for what its processes share. */
export async function runPeer(python: Python, universe: CsvUniverse, folder: string): Promise<PeerRun> {
  const { from, windowDays, horizon, threshold, seed } = RUN_DEFAULTS;
  const task = path.join(folder, 'task.json');
  await writeJson(task, {
    ...universe,
    ...{ from, to: SYNTHETIC_END, windowDays, horizon, threshold, seed },
    ...{ replicates: REPLICATES, processes: PROCESSES, out: path.join(folder, 'out') },
  });
  const output = await python.script(path.join('whole_run', 'main.py'), task);
  return peerSchema.parse(JSON.parse(output.split('\n').at(-1) ?? ''));
}
