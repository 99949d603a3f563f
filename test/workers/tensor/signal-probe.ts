import { setTimeout as sleep } from 'node:timers/promises';

import { tf } from '../../../activities/model/tensorflow.js';
import { initBackend } from '../../../workers/tensor/backend.js';

/* Multiplies matrices as training does, while its parent sends signals. */

const ROUNDS = 1500;
const SHAPE: [number, number, number] = [4, 4096, 34];

await initBackend();
process.on('SIGUSR2', () => undefined);
process.send?.('begin');
tf.tidy(() => {
  const rows = tf.ones<tf.Rank.R3>(SHAPE);
  const slope = tf.ones<tf.Rank.R3>([4, 4096, 32]);
  for (let round = 0; round < ROUNDS; round += 1) {
    const product = tf.matMul(rows, slope, true, false);
    if (product.dataSync().some((value) => value !== 4096)) throw new Error('a product is wrong');
    product.dispose();
  }
});
process.send?.('end');
// Signals that are under way must still find the handler.
await sleep(300);
