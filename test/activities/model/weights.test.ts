import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { openCheckpoint } from '../../../activities/model/units/checkpoint.js';
import { readModel, writeModel } from '../../../activities/model/units/model-file.js';
import { packArrays, unpackArrays } from '../../../activities/model/units/named-arrays.js';
import { tf } from '../../../activities/model/tensorflow.js';
import { GurukulError } from '../../../data/errors.js';
import { Home } from '../../../data/store/home.js';
import { rejection } from '../../support/rejection.js';
import { steadyPace, stoppingPace } from './paces.js';

const ARRAYS = [
  { name: 'a/kernel', shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 1e-30, 5, 6e20) },
  { name: 'a/bias', shape: [1], data: Float32Array.of(-0) },
];

describe('weights on disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gurukul-weights-'));
  });

  it('round-trip bit for bit, and can be read by TensorFlow.js', () => {
    const { specs, bytes } = packArrays(ARRAYS);
    expect(unpackArrays(specs, bytes)).to.deep.equal(ARRAYS);
    const decoded = tf.io.decodeWeights(
      Uint8Array.from(bytes).buffer,
      specs.map((spec) => ({ ...spec, shape: [...spec.shape] })),
    );
    expect([...(decoded['a/kernel']?.dataSync() ?? [])]).to.deep.equal([...(ARRAYS[0]?.data ?? [])]);
    expect(decoded['a/kernel']?.shape).to.deep.equal([2, 3]);
  });

  it('reject shapes that do not fit and too few or too many bytes', () => {
    expect(() => packArrays([{ name: 'x', shape: [3], data: new Float32Array(2) }])).to.throw(RangeError);
    const { specs, bytes } = packArrays(ARRAYS);
    expect(() => unpackArrays(specs, bytes.subarray(1))).to.throw(RangeError);
    expect(() => unpackArrays(specs.slice(1), bytes)).to.throw(RangeError);
  });

  it('are rejected with another format or when damaged', async () => {
    const home = new Home(folder);
    const model = { format: 'one', arrays: ARRAYS, metadata: { x: 1 } };
    const outputs = await writeModel(home, path.join(folder, 'm'), model);
    const unit = { key: 'k', outputs, summary: null };
    expect(await readModel(home, unit, 'one')).to.deep.equal(model);
    expect(await rejection(readModel(home, unit, 'two'), GurukulError)).to.have.property(
      'type',
      'ChecksumMismatch',
    );
    await writeFile(path.join(folder, 'm', 'weights.bin'), 'other');
    expect(await rejection(readModel(home, unit, 'one'), GurukulError)).to.have.property(
      'type',
      'ChecksumMismatch',
    );
  });

  describe('as a checkpoint', () => {
    const snapshot = (epoch: number): { facts: unknown; arrays: typeof ARRAYS } => ({
      facts: { epoch },
      arrays: ARRAYS,
    });

    it('keep every phase when the job stops, and are resumed by the same unit only', async () => {
      const file = path.join(folder, 'c.ckpt');
      const checkpoint = await openCheckpoint(file, 'key', stoppingPace(2));
      const first = checkpoint.phase('first');
      await first.step(() => snapshot(1));
      first.settle(snapshot(9));
      const stopped = await rejection(
        checkpoint.phase('second').step(() => snapshot(4)),
        GurukulError,
      );
      expect(stopped).to.have.property('type', 'Cancelled');

      const again = await openCheckpoint(file, 'key', steadyPace());
      expect(again.phase('first').resumed).to.deep.equal(snapshot(9));
      expect(again.phase('second').resumed).to.deep.equal(snapshot(4));
      expect(again.phase('third').resumed).to.equal(undefined);
      const other = await openCheckpoint(file, 'other key', steadyPace());
      expect(other.phase('first').resumed).to.equal(undefined);
    });

    it('are ignored when damaged, and deleted when removed', async () => {
      const file = path.join(folder, 'c.ckpt');
      const checkpoint = await openCheckpoint(file, 'key', { ...steadyPace(), saveDue: () => true });
      await checkpoint.phase('p').step(() => snapshot(1));
      expect((await openCheckpoint(file, 'key', steadyPace())).phase('p').resumed).to.deep.equal(snapshot(1));
      await checkpoint.remove();
      expect((await openCheckpoint(file, 'key', steadyPace())).phase('p').resumed).to.equal(undefined);
      for (const damage of ['', 'no newline', '{"key":"key"}\n', 'not json\nbody']) {
        await writeFile(file, damage);
        expect((await openCheckpoint(file, 'key', steadyPace())).phase('p').resumed).to.equal(undefined);
      }
    });
  });
});
