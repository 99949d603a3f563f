import { expect } from 'chai';
import fc from 'fast-check';

import { readLayersNetwork } from '../../../activities/inference/layers-network.js';
import { tf } from '../../../activities/model/tensorflow.js';
import { layersModelFiles } from '../../../activities/model/units/layers-model-files.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { openFiles, tensorOutputs } from './open-files.js';
import { randomModel, randomRows } from './random-model.js';

const ROWS = 7;
/** TensorFlow computes in single precision. */
const TOLERANCE = 1e-6;

const ZEROS = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const;

describe('a network of layers', function () {
  this.timeout(600_000);
  before(() => initBackend());

  it('computes what TensorFlow.js computes from the same files, whatever the architecture', async () => {
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const { model: made, files } = await randomModel(seed);
        const model = await openFiles(files);
        try {
          const network = readLayersNetwork('model.json', files['model.json'], files['weights.bin']);
          network.layers.forEach(({ kind }) => kinds.add(kind));
          expect(network.outputs).to.deep.equal(['probability', 'score']);
          expect(network.inputs.map(({ name }) => name)).to.deep.equal(model.inputNames);
          expect(network.metadata).to.deep.equal({ seed, format: 'student/2' });
          const columns = randomRows(network.inputs, ROWS, seed);
          const expected = tensorOutputs(model, columns, ROWS);
          const found = network.predict(columns, ROWS);
          network.outputs.forEach((name, output) => {
            expect(found[name]).to.have.length(ROWS);
            expected[output]?.forEach((value, row) => {
              const size = Math.max(1, Math.abs(value));
              expect(found[name]?.[row], name).to.be.closeTo(value, TOLERANCE * size);
            });
          });
        } finally {
          made.dispose();
          model.dispose();
        }
      }),
      { numRuns: 60 },
    );
    expect([...kinds].sort()).to.deep.equal(['clipped', 'dense', 'joined', 'multiplied']);
  });

  it('opens a sequence of dense layers', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ ...ZEROS, name: 'hidden', units: 6, activation: 'tanh', inputShape: [3] }),
        tf.layers.dense({ ...ZEROS, name: 'probability', units: 1, activation: 'sigmoid' }),
      ],
      name: 'student',
    });
    const columns = randomRows([{ name: 'features', width: 3 }], ROWS, 1);
    model.setWeights(
      model.getWeights().map(({ shape }, at) => {
        const size = shape.reduce((product, width) => product * width, 1);
        return tf.tensor(randomRows([{ name: 'w', width: size }], 1, at)['w'] ?? [], shape);
      }),
    );
    const files = await layersModelFiles(model, { features: ['a', 'b', 'c'] });
    const network = readLayersNetwork('model.json', files['model.json'], files['weights.bin']);
    expect(network.inputs).to.deep.equal([{ name: 'features', width: 3 }]);
    const opened = await openFiles(files);
    const [expected] = tensorOutputs(
      opened,
      { [opened.inputNames[0] ?? '']: columns['features'] ?? new Float32Array(0) },
      ROWS,
    );
    const found = network.predict(columns, ROWS)['probability'];
    expect(expected).to.have.length(ROWS);
    expected?.forEach((value, row) => expect(found?.[row]).to.be.closeTo(value, TOLERANCE));
    model.dispose();
    opened.dispose();
  });

  it('computes each row on its own, bit for bit', async () => {
    const { model, files } = await randomModel(3);
    model.dispose();
    const network = readLayersNetwork('model.json', files['model.json'], files['weights.bin']);
    const columns = randomRows(network.inputs, ROWS, 4);
    const all = network.predict(columns, ROWS);
    for (let row = 0; row < ROWS; row += 1) {
      const one = Object.fromEntries(
        network.inputs.map(({ name, width }) => [
          name,
          columns[name]?.slice(row * width, (row + 1) * width) ?? new Float32Array(0),
        ]),
      );
      const alone = network.predict(one, 1);
      for (const name of network.outputs) expect(alone[name]?.[0]).to.equal(all[name]?.[row]);
    }
  });

  it('knows nothing of a row with an input that is not finite, and refuses inputs of another size', async () => {
    const { model, files } = await randomModel(5);
    model.dispose();
    const network = readLayersNetwork('model.json', files['model.json'], files['weights.bin']);
    const columns = randomRows(network.inputs, ROWS, 6);
    const first = network.inputs[0];
    if (first === undefined) throw new RangeError('there is no input');
    const known = network.predict(columns, ROWS);
    const holed = columns[first.name]?.slice() ?? new Float32Array(0);
    holed[first.width] = NaN;
    const found = network.predict({ ...columns, [first.name]: holed }, ROWS);
    for (const name of network.outputs)
      expect(found[name]).to.deep.equal(known[name]?.map((value, row) => (row === 1 ? NaN : value)));
    expect(() => network.predict(columns, ROWS - 1)).to.throw(RangeError, /expected 6 rows of/);
    expect(() => network.predict({}, 1)).to.throw(RangeError, `input ${first.name} has no values`);
  });
});
