import { writeFileSync } from 'node:fs';

import { tf } from '../../activities/model/tensorflow.js';

/*
 * Loaded into a trainer process before its program (`--import`), this times every TensorFlow kernel, whatever the
 * model: kernels of the CPU library run synchronously in the calling thread. The sums are written when the process
 * ends, to the file in GURUKUL_BENCH_KERNELS.
 */

const file = process.env['GURUKUL_BENCH_KERNELS'];
const PRODUCTS: ReadonlySet<string> = new Set(['BatchMatMul', '_FusedMatMul']);

if (file !== undefined && file !== '') {
  const engine = tf.engine();
  const runKernel = engine.runKernel.bind(engine);
  const spent = { kernels: 0, products: 0, calls: 0 };
  let depth = 0;
  const timed = (...call: Parameters<typeof runKernel>): tf.Tensor | tf.Tensor[] => {
    const started = performance.now();
    depth += 1;
    try {
      return runKernel(...call);
    } finally {
      depth -= 1;
      const seconds = (performance.now() - started) / 1000;
      // A kernel may call others: its time includes theirs.
      if (depth === 0) {
        spent.kernels += seconds;
        spent.calls += 1;
      }
      if (PRODUCTS.has(call[0])) spent.products += seconds;
    }
  };
  Object.assign(engine, { runKernel: timed });
  process.once('exit', () => writeFileSync(file, JSON.stringify(spent)));
}
