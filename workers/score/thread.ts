import { parentPort, workerData } from 'node:worker_threads';

import { scoreChampion } from '../../activities/score/score-champion.js';
import { asGurukulError } from '../../data/errors.js';
import { Home } from '../../data/store/home.js';
import type { FromThread } from './protocol.js';
import { threadOptionsSchema } from './protocol.js';

/*
 * A thread that scores the champion once and ends: features of a whole universe would hold up the worker's own event
 * loop, and with it the heartbeats of every other activity.
 */

const { home, packageRoot } = threadOptionsSchema.parse(workerData);
const say = (message: FromThread): void => parentPort?.postMessage(message);

try {
  const result = await scoreChampion({
    home: new Home(home),
    packageRoot,
    nowMs: Date.now(),
    onStep: (step) => say({ type: 'step', step }),
  });
  say({ type: 'done', result });
} catch (error) {
  const { type, message } = asGurukulError(error);
  say({ type: 'failed', error: { type, message } });
}
