import { parentPort, workerData } from 'node:worker_threads';

import { z } from 'zod';

import { asGurukulError } from '../../data/errors.js';
import { recomputeFigures } from './recompute-figures.js';

/*
 * A thread that computes the figures of a bundle again, while its verification checks everything else. It is given the
 * files, and says the figures or why there are none.
 */

const files = z.map(z.string(), z.instanceof(Uint8Array)).parse(workerData);

try {
  parentPort?.postMessage({ ok: true, figures: await recomputeFigures(files) });
} catch (error) {
  const { type, message } = asGurukulError(error);
  parentPort?.postMessage({ ok: false, error: { type, message } });
}
