import { expect } from 'chai';
import fc from 'fast-check';

import type { LayersNetwork } from '../../../activities/inference/layers-network.js';
import { readLayersNetwork } from '../../../activities/inference/layers-network.js';
import { readOnnx } from '../../../activities/inference/onnx/read-onnx.js';
import { layersToOnnx } from '../../../activities/inference/onnx/write-onnx.js';
import { GurukulError } from '../../../data/errors.js';
import { randomStream } from '../../../data/random.js';
import { initBackend } from '../../../workers/tensor/backend.js';
import { onnxOutputs } from './onnx-session.js';
import { randomModel, randomRows } from './random-model.js';

const ROWS = 9;
const TOLERANCE = 1e-6;

async function randomNetwork(seed: number): Promise<LayersNetwork> {
  const { model, files } = await randomModel(seed);
  model.dispose();
  return readLayersNetwork('model.json', files['model.json'], files['weights.bin']);
}

describe('a model as ONNX', function () {
  this.timeout(600_000);
  before(() => initBackend());

  it('gives the same outputs in onnxruntime, whatever the architecture', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const network = await randomNetwork(seed);
        const columns = randomRows(network.inputs, ROWS, seed);
        const expected = network.predict(columns, ROWS);
        const found = await onnxOutputs(layersToOnnx(network), network.inputs, columns, ROWS);
        expect(Object.keys(found).sort()).to.deep.equal(['probability', 'score']);
        for (const name of network.outputs)
          expected[name]?.forEach((value, row) => {
            const size = Math.max(1, Math.abs(value));
            expect(found[name]?.[row], name).to.be.closeTo(value, TOLERANCE * size);
          });
      }),
      { numRuns: 30 },
    );
  });

  it('is read again as the same model, from the same bytes', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const network = await randomNetwork(seed);
      const bytes = layersToOnnx(network);
      expect(Buffer.compare(bytes, layersToOnnx(await randomNetwork(seed)))).to.equal(0);
      const { predict: found, ...model } = readOnnx('model.onnx', bytes);
      const { predict: expected, ...given } = network;
      expect(model).to.deep.equal(given);
      const columns = randomRows(network.inputs, ROWS, seed);
      expect(found(columns, ROWS)).to.deep.equal(expected(columns, ROWS));
    }
  });

  it('has the names of the columns', async () => {
    const network = await randomNetwork(2);
    const [input] = network.inputs;
    if (input === undefined) throw new RangeError('there is no input');
    const names = Array.from({ length: input.width }, (_, column) => `column_${column}`);
    for (const metadata of [{ [input.name]: names }, { inputs: [{ name: input.name, columns: names }] }]) {
      const bytes = layersToOnnx({ ...network, metadata });
      expect(Buffer.from(bytes).toString('latin1')).to.contain(names.join(', '));
      expect(readOnnx('model.onnx', bytes).metadata).to.deep.equal(metadata);
    }
  });

  it('is refused with any bit changed, unless it is another model that is written so', async () => {
    const bytes = layersToOnnx(await randomNetwork(7));
    const random = randomStream(['flips']);
    const outcomes = { read: 0, refused: 0 };
    for (let flip = 0; flip < 600; flip += 1) {
      const changed = bytes.slice();
      const at = random.integer(0, changed.length - 1);
      changed[at] = (changed[at] ?? 0) ^ (1 << random.integer(0, 7));
      try {
        expect(Buffer.compare(layersToOnnx(readOnnx('some/model.onnx', changed)), changed)).to.equal(0);
        outcomes.read += 1;
      } catch (error) {
        expect(error).to.be.an.instanceOf(GurukulError).with.property('type', 'BadSchema');
        expect(error)
          .to.have.property('message')
          .that.matches(/^some\/model\.onnx: [^\n]*$/);
        outcomes.refused += 1;
      }
    }
    expect(outcomes.read).to.be.above(0);
    expect(outcomes.refused).to.be.above(0);
  });

  it('is refused: other bytes, more fields, other texts, and very many parts', async () => {
    const bytes = layersToOnnx(await randomNetwork(9));
    const refuse = (content: Uint8Array, message: RegExp): void => {
      expect(() => readOnnx('model.onnx', content)).to.throw(GurukulError, message);
    };
    refuse(new Uint8Array(0), /not an ONNX model of this program: ir_version/);
    refuse(Buffer.from('model'), /not an ONNX model/);
    refuse(bytes.subarray(0, -1), /not an ONNX model/);
    // producer_version = "x", and a function.
    refuse(Buffer.concat([bytes, Buffer.from([0x1a, 1, 0x78])]), /more or other things than its layers/);
    refuse(Buffer.concat([bytes, Buffer.from([0xca, 1, 0])]), /more or other things than its layers/);
    refuse(
      Buffer.from(Buffer.from(bytes).toString('latin1').replace('gurukul', 'gurukuI'), 'latin1'),
      /more or other/,
    );
    refuse(
      Buffer.from(Buffer.from(bytes).toString('latin1').replace('Gemm', 'Gelu'), 'latin1'),
      /a node of type Gelu/,
    );
    // A list of a million empty entries of metadata.
    refuse(Buffer.concat([bytes, Buffer.alloc(2_000_000, Buffer.from([0x72, 0]))]), /more than \d+ parts/);
  });
});
