import path from 'node:path';

import { writeFileAtomic } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import type { Stage, StageClock } from '../../data/telemetry/stages.js';
import { stageTable } from '../../data/telemetry/stages.js';

/** Writes `logs/start.log`: where the last start of server and workers spent its time. */
export async function writeStartLog(
  home: Home,
  clock: StageClock,
  workerStages: ReadonlyMap<string, readonly Stage[]>,
): Promise<void> {
  const seconds = clock.now().toFixed(1);
  const text =
    `${new Date().toISOString()}  server and workers were up after ${seconds} s\n` +
    'From and to, in seconds since the command began; stages may overlap:\n' +
    `${stageTable(clock.stages, workerStages)}\n`;
  await writeFileAtomic(path.join(home.logs(), 'start.log'), text);
}
