import { layersToOnnx } from '../inference/onnx/write-onnx.js';
import type { StudentNetwork } from '../inference/student-network.js';
import type { BundleFiles } from './bundle-layout.js';
import { studentFile } from './bundle-layout.js';
import type { Difference } from './differences.js';

/**
 * Checks that a student's model.onnx is made from its model.json and weights.bin: equal models give equal bytes. Students
 * of earlier versions have none.
 */
export function checkOnnx(
  files: BundleFiles,
  cohort: string,
  { earlier, layers }: StudentNetwork,
): Difference | undefined {
  const file = studentFile(cohort, 'model.onnx');
  const [model, weights] = [studentFile(cohort, 'model.json'), studentFile(cohort, 'weights.bin')];
  const found = files.get(file);
  if (found === undefined)
    return earlier ? undefined : { file, expected: 'a file of every student', found: 'no such file' };
  return Buffer.from(layersToOnnx(layers)).equals(found)
    ? undefined
    : { file, expected: `the model of ${model} and ${weights}`, found: 'another model' };
}
