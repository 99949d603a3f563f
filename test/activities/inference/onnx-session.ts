import { InferenceSession, Tensor } from 'onnxruntime-node';

import type { NamedColumns } from '../../../activities/inference/layers-model.js';

/**
 * Outputs of an ONNX file by onnxruntime, by name.
 *
 * @param columns Row-major [rows × width], by input.
 */
export async function onnxOutputs(
  file: Uint8Array,
  inputs: readonly NamedColumns[],
  columns: Readonly<Record<string, Float32Array>>,
  rows: number,
): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    const feeds: Record<string, Tensor> = {};
    for (const { name, width } of inputs)
      feeds[name] = new Tensor('float32', columns[name] ?? new Float32Array(0), [rows, width]);
    const results = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => {
        if (!(data instanceof Float32Array)) throw new TypeError(`${name} is no float32`);
        return [name, data];
      }),
    );
  } finally {
    await session.release();
  }
}
