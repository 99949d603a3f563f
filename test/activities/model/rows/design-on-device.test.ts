import { expect } from 'chai';

import { rowGatherer } from '../../../../activities/model/rows/design-on-device.js';
import { tf } from '../../../../activities/model/tensorflow.js';
import { initBackend } from '../../../../workers/tensor/backend.js';

describe('gathered rows of a design', () => {
  const design = { values: Float32Array.from({ length: 15 }, (_, at) => at / 3), count: 5, width: 3 };
  const rows = Int32Array.of(4, 0, 0, 2);

  before(async () => initBackend());

  for (const [held, maxHeldBytes] of [
    ['held on the device', 60],
    ['too large to be held', 59],
  ] as const)
    it(`come in the requested order and leak no tensors, from a design ${held}`, () => {
      const before = tf.memory().numTensors;
      const gatherer = rowGatherer(design, maxHeldBytes);
      expect(tf.memory().numTensors - before).to.equal(maxHeldBytes === 60 ? 1 : 0);
      const gathered = gatherer.gather(rows);
      expect(gathered.shape).to.deep.equal([4, 3]);
      expect([...gathered.dataSync()]).to.deep.equal(
        [...rows].flatMap((row) => [...design.values.subarray(3 * row, 3 * row + 3)]),
      );
      gathered.dispose();
      gatherer.dispose();
      expect(tf.memory().numTensors).to.equal(before);
    });
});
