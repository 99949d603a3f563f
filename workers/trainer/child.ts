import { readCohortBars } from '../../activities/market/cohort-bars.js';
import { loadUsedBars } from '../../activities/market/load-feature-table.js';
import { runTrainerJob } from '../../activities/model/run-trainer-job.js';
import type { TrainerJob } from '../../activities/model/jobs.js';
import { GurukulError, asGurukulError } from '../../data/errors.js';
import { armFaultsFromEnv } from '../../data/fault-injection.js';
import { trainingCodeVersion } from '../../data/store/code-version.js';
import { Home } from '../../data/store/home.js';
import { passClockFault } from '../clock-fault.js';
import { initBackend } from '../tensor/backend.js';
import { isOutOfMemory } from './exit-reason.js';
import { batchMemory } from './batch-memory.js';
import { createPace } from './pace.js';
import type { JobPace } from './pace.js';
import { passProgressFault } from './progress-fault.js';
import type { FromChild } from './protocol.js';
import { childOptionsSchema, toChildSchema } from './protocol.js';
import { reportFigures } from './report-figures.js';
import { createTableCache } from './table-cache.js';

/*
 * The trainer process: it runs one job after another for its supervisor, and ends with it. A job that must
 * stop (on a message, on SIGTERM, or because the supervisor is gone) writes its checkpoint first.
 */

const options = childOptionsSchema.parse(JSON.parse(process.argv[2] ?? 'null'));
const home = new Home(options.home);
armFaultsFromEnv();
passClockFault('trainer');
const [backend, version] = await Promise.all([initBackend(options.backend), trainingCodeVersion()]);
const loadTable = createTableCache(home, version);
const batchBytes = await batchMemory(backend);

let current: { readonly id: number; readonly pace: JobPace; readonly ended: Promise<void> } | undefined;
let leaving = false;

process.on('message', (message) => {
  const order = toChildSchema.parse(message);
  if (order.type === 'close') void leave(0);
  else if (order.type === 'run') begin(order.id, order.job);
  else if (current?.id === order.id) current.pace.stop();
});
process.on('disconnect', () => void leave(0));
process.on('SIGTERM', () => void leave(0));
// Ctrl-C reaches the whole terminal group: the supervisor decides when this process ends.
process.on('SIGINT', () => undefined);

await send({ type: 'ready', backend });
reportFigures(
  () => current?.pace.unsavedMs(),
  (figures) => void send({ type: 'figures', figures }),
);

function begin(id: number, job: TrainerJob): void {
  const pace = createPace(options.checkpointEveryMs);
  if (leaving) pace.stop();
  current = { id, pace, ended: work(id, job, pace) };
}

async function work(id: number, job: TrainerJob, pace: JobPace): Promise<void> {
  try {
    const result = await runTrainerJob(job, {
      home,
      backend: backend.id,
      codeVersion: version,
      batchBytes: batchBytes(),
      loadTable,
      loadBars: ({ ingest, config }) => loadUsedBars(home, ingest, config),
      cohortBars: (of) => readCohortBars(home, of),
      progress: (progress) => {
        void send({ type: 'progress', id, progress });
        passProgressFault(job, progress);
      },
      pace,
    });
    await send({ type: 'done', id, result });
  } catch (error) {
    await send({ type: 'failed', id, error: errorOf(error) });
  } finally {
    current = undefined;
  }
}

/** Ends the process once the job in hand has saved its state. */
async function leave(code: number): Promise<void> {
  if (leaving) return;
  leaving = true;
  current?.pace.stop();
  await current?.ended;
  process.exit(code);
}

function errorOf(error: unknown): { type: GurukulError['type']; message: string } {
  const { type, message } = asGurukulError(error);
  if (type !== 'Bug' || error instanceof GurukulError) return { type, message };
  if (isOutOfMemory(message)) return { type: 'OutOfMemory', message };
  process.stderr.write(`${error instanceof Error ? (error.stack ?? message) : message}\n`);
  return { type, message };
}

/** Resolves when the message was sent: it would be lost if the process ended sooner. */
function send(message: FromChild): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected && process.send !== undefined) process.send(message, () => resolve());
    else resolve();
  });
}
