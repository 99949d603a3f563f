import { z } from 'zod';

import { readLayersNetwork } from '../inference/layers-network.js';
import { layersToOnnx } from '../inference/onnx/write-onnx.js';
import type { BundleFiles } from './bundle-layout.js';
import { studentFile } from './bundle-layout.js';
import { contentOf } from './bundle-content.js';
import type { Difference } from './differences.js';

const withOnnx = z.looseObject({ format: z.literal('student/2') });

/**
 * Checks that a student's model.onnx is made from its model.json and weights.bin: equal models give equal bytes. Students
 * of earlier versions have none.
 */
export function checkOnnx(files: BundleFiles, cohort: string): Difference | undefined {
  const file = studentFile(cohort, 'model.onnx');
  const [model, weights] = [studentFile(cohort, 'model.json'), studentFile(cohort, 'weights.bin')];
  const network = readLayersNetwork(model, contentOf(files, model), contentOf(files, weights));
  const found = files.get(file);
  if (found === undefined)
    return withOnnx.safeParse(network.metadata).success
      ? { file, expected: 'a file of every student', found: 'no such file' }
      : undefined;
  return Buffer.from(layersToOnnx(network)).equals(found)
    ? undefined
    : { file, expected: `the model of ${model} and ${weights}`, found: 'another model' };
}
