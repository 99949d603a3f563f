import { createRequire } from 'node:module';

/*
 * Preloaded into the processes of a test: a machine with two graphics devices, 0 and 1, whose kernels are those of
 * TensorFlow's CPU library. A trainer sees a device where CUDA_VISIBLE_DEVICES names exactly one of the two, as it
 * would on such a machine, and none else. It is no part of the program: nothing outside the tests can load it.
 */

if (/[\\/]trainer[\\/]child\.js$/.test(process.argv[1] ?? '')) {
  const visible = process.env['CUDA_VISIBLE_DEVICES'];
  // A real device would have bits of its own: the library is loaded as if there were none.
  process.env['CUDA_VISIBLE_DEVICES'] = '-1';
  const require = createRequire(import.meta.url);
  require('@tensorflow/tfjs-node-gpu');
  const tf: unknown = require('@tensorflow/tfjs');
  if (visible === undefined) delete process.env['CUDA_VISIBLE_DEVICES'];
  else process.env['CUDA_VISIBLE_DEVICES'] = visible;
  if (visible === '0' || visible === '1') Reflect.set(backendOf(tf), 'isUsingGpuDevice', true);
}

function backendOf(tf: unknown): object {
  const backend: unknown = typeof tf === 'object' && tf !== null ? Reflect.get(tf, 'backend') : undefined;
  const own: unknown = typeof backend === 'function' ? Reflect.apply(backend, tf, []) : undefined;
  if (typeof own !== 'object' || own === null) throw new Error('TensorFlow.js has no backend');
  return own;
}
