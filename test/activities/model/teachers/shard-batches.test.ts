import { expect } from 'chai';

import { cohortBounds } from '../../../../activities/market/splits/splits.js';
import { paddedRows } from '../../../../activities/model/teachers/window-batch.js';
import { inBatches, windowBytes } from '../../../../activities/model/teachers/in-batches.js';
import type { ShardJob, TrainerResult } from '../../../../activities/model/jobs.js';
import { runTrainerJob } from '../../../../activities/model/run-trainer-job.js';
import { tf } from '../../../../activities/model/tensorflow.js';
import type { FileRef } from '../../../../data/schemas/file-ref.js';
import { initBackend } from '../../../../workers/tensor/backend.js';
import { COHORT, configOf, contextOf, digestsOf, linesOf, newHome, priorJob, shardJob } from '../job-rig.js';
import { syntheticTable } from '../synthetic-table.js';

const SYMBOLS = ['S000', 'S001', 'S002', 'S003', 'S004', 'S005', 'S006'];

describe('a shard in batches', function () {
  this.timeout(300_000);
  const table = syntheticTable({ symbols: 7, bars: 520, bias: (symbol) => (symbol < 3 ? 3 : -1) });
  const bytes = windowBytes(table, paddedRows(table, cohortBounds(table, COHORT, configOf())));
  const home = newHome();
  let prior: FileRef;

  before(async () => {
    await initBackend();
    prior = (await runTrainerJob(priorJob(), contextOf(home, table))).manifest;
  });

  /** Trains the shard under a run name of its own, so that nothing is reused; returns the sizes of its batches. */
  async function teach(
    shard: number,
    change: Partial<ShardJob> = {},
    batchBytes = Infinity,
  ): Promise<{ result: TrainerResult; sizes: number[] }> {
    const context = contextOf(home, table, { batchBytes });
    const result = await runTrainerJob({ ...shardJob(prior, SYMBOLS, { shard }), ...change }, context);
    const batches = new Set(context.seen.flatMap(({ symbols }) => (symbols === undefined ? [] : [symbols])));
    return { result, sizes: [...batches].map((symbols) => symbols.length) };
  }

  it('is bit-identical to the undivided shard for any batch size', async () => {
    const whole = await teach(0);
    expect(whole.sizes).to.deep.equal([7]);
    const expected = await digestsOf(home, whole.result.manifest);
    for (const [shard, windowsAtOnce, sizes] of [
      [1, 4, [4, 3]],
      [2, 3, [3, 3, 1]],
      [3, 1, [1, 1, 1, 1, 1, 1, 1]],
    ] as const) {
      const cut = await teach(shard, { windowsAtOnce });
      expect(cut.sizes).to.deep.equal(sizes);
      expect(await digestsOf(home, cut.result.manifest)).to.deep.equal(expected);
    }
    const small = await teach(4, {}, 2.5 * bytes);
    expect(small.sizes).to.deep.equal([2, 2, 2, 1]);
    expect(await digestsOf(home, small.result.manifest)).to.deep.equal(expected);
  });

  it('trains at least one window at once, however small the memory', async () => {
    expect((await teach(5, {}, 1)).sizes).to.have.length(7);
    expect(await inBatches([1, 2, 3], 0, (batch) => Promise.resolve(batch))).to.deep.equal([1, 2, 3]);
  });

  it('multiplies the same shapes for any batch size, since a GPU sums in another order for other shapes', async () => {
    const shapesOf = async (shard: number, windowsAtOnce?: number): Promise<unknown> => {
      const { kernels } = await tf.profile(async () => {
        await teach(shard, windowsAtOnce === undefined ? {} : { windowsAtOnce });
      });
      const products = kernels.filter(({ name }) => name === 'BatchMatMul');
      return [...new Set(products.map(({ inputShapes }) => JSON.stringify(inputShapes)))].sort();
    };
    const whole = await shapesOf(8);
    expect(whole).to.have.length(9);
    expect(await shapesOf(9, 3)).to.deep.equal(whole);
    expect(await shapesOf(10, 1)).to.deep.equal(whole);
  });

  it('is sized by an upper bound of its tensors’ memory', async () => {
    // Predictions are one matrix product per layer; a profile of the job sees every tensor.
    const { peakBytes } = await tf.profile(async () => {
      await runTrainerJob(shardJob(prior, SYMBOLS, { shard: 6 }), contextOf(home, table));
    });
    expect(peakBytes).to.be.greaterThan(0);
    expect(peakBytes).to.be.at.most(SYMBOLS.length * bytes);
  });

  it('leaves quarantined windows out, reports why, and changes no bit of the others', async () => {
    const { result, sizes } = await teach(7, {
      quarantined: [{ symbol: 'S003', error: 'TrainerCrashed', strikes: 3 }],
    });
    expect(sizes).to.deep.equal([6]);
    expect(result).to.deep.include({ succeeded: 6, failedBy: { TrainerCrashed: 1 } });
    const whole = await linesOf(home, (await teach(0)).result.manifest);
    const lines = await linesOf(home, result.manifest);
    expect(lines[3]).to.deep.include({
      symbol: 'S003',
      status: 'failed',
      error: 'TrainerCrashed',
      message: 'quarantined: the trainer crashed 3 times while training this window alone',
    });
    expect(lines.toSpliced(3, 1)).to.deep.equal(whole.toSpliced(3, 1));
    const again = await teach(7);
    expect(again.result, 'trained again without the quarantine').to.include({ succeeded: 7, reused: false });
  });
});
