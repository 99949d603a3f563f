import { workerData } from 'node:worker_threads';

import { heartbeat, withHeartbeats } from '../../activities/heartbeat.js';
import { doPoolWork } from '../../activities/pool/pool-work.js';
import type { LoadTable } from '../../activities/validate/load-table.js';
import { GurukulError, asGurukulError } from '../../data/errors.js';
import { armFaultsFromEnv } from '../../data/fault-injection.js';
import { registerSecret } from '../../data/secrets/secrets.js';
import { trainingCodeVersion } from '../../data/store/code-version.js';
import { Home } from '../../data/store/home.js';
import { onBundleVerified } from '../../data/telemetry/bundle-verified.js';
import { createTableCache } from '../trainer/table-cache.js';
import type { Outcome, ThreadTask } from './protocol.js';
import { isPoolJob, threadDataSchema } from './protocol.js';

/*
 * A thread of a worker's pool, one job at a time: features of a whole universe or the figures of a run would hold up the
 * worker's own event loop, and with it the heartbeats of every other activity.
 */

armFaultsFromEnv();
let verified: boolean[] = [];
onBundleVerified((ok) => void verified.push(ok));
const { home, packageRoot } = threadDataSchema.parse(workerData);
const tables = createTableCache(new Home(home), await trainingCodeVersion());
/** Those of the trainers: nobody builds a table twice. */
const loadTable: LoadTable = (of, arm) =>
  tables(of, arm, () => {
    heartbeat('features');
    return Promise.resolve();
  });

/** Does a job. The pool calls it. */
export default async function work({ job, task, secrets, beats }: ThreadTask): Promise<Outcome> {
  for (const secret of secrets) registerSecret(secret);
  verified = [];
  try {
    if (!isPoolJob(job)) throw new GurukulError('Bug', 'the pool was given something else than a job');
    const place = { home: new Home(home), packageRoot, task, nowMs: Date.now(), loadTable };
    const result = await withHeartbeats(
      (details) => beats.postMessage(details),
      async () => doPoolWork(job, place),
    );
    return { ok: true, verified, result };
  } catch (error) {
    const { type, message } = asGurukulError(error);
    return { ok: false, verified, error: { type, message } };
  } finally {
    beats.close();
  }
}
