import { readFile, writeFile } from 'node:fs/promises';

import { expect } from 'chai';
import fc from 'fast-check';

import type { Snapshot } from '../../../../activities/model/units/checkpoint.js';
import { openCheckpoint } from '../../../../activities/model/units/checkpoint.js';
import { steadyPace } from '../paces.js';
import { temporaryFile } from '../temporary-file.js';

const STATE: Snapshot = {
  facts: { step: 12, loss: 0.25 },
  arrays: [{ name: 'weights', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
};

describe('a checkpoint', () => {
  /** A file with a saved state, and the state that a later attempt reads from it. */
  async function saved(): Promise<{ file: string; content: Buffer; resume: () => Promise<unknown> }> {
    const file = temporaryFile();
    const checkpoint = await openCheckpoint(file, 'key', { ...steadyPace(), saveDue: () => true });
    await checkpoint.phase('fit').step(() => STATE);
    const resume = async (): Promise<unknown> =>
      (await openCheckpoint(file, 'key', steadyPace())).phase('fit').resumed;
    return { file, content: await readFile(file), resume };
  }

  it('restores the state of an interrupted attempt', async () => {
    const { resume, file } = await saved();
    expect(await resume()).to.deep.equal(STATE);
    const other = await openCheckpoint(file, 'other key', steadyPace());
    expect(other.phase('fit').resumed).to.equal(undefined);
  });

  it('is ignored when any bit is flipped, in counters as well as in weights', async () => {
    const { file, content, resume } = await saved();
    await fc.assert(
      fc.asyncProperty(fc.nat(content.byteLength - 1), fc.nat(7), async (at, bit) => {
        const damaged = Buffer.from(content);
        damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << bit), at);
        await writeFile(file, damaged);
        expect(await resume()).to.equal(undefined);
      }),
    );
  });

  it('is ignored when it is truncated anywhere', async () => {
    const { file, content, resume } = await saved();
    for (let length = 0; length < content.byteLength; length += 7) {
      await writeFile(file, content.subarray(0, length));
      expect(await resume(), `${length} bytes`).to.equal(undefined);
    }
  });
});
