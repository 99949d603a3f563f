import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { createValidateActivities } from '../../../activities/validate/index.js';
import { decodePredictions, encodePredictions, takeRows } from '../../../data/predictions/parquet.js';
import type { FileRef } from '../../../data/schemas/file-ref.js';
import { metricsSchema, statTestsSchema } from '../../../data/schemas/metrics.js';
import { stressTestsSchema } from '../../../data/schemas/stress.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { readRef, writeRef } from '../../../data/store/file-refs.js';
import { writeFileAtomic } from '../../../data/store/files.js';
import { Home } from '../../../data/store/home.js';
import { sealUnit } from '../../../data/store/units.js';
import { fixturePredictions } from '../figures/predictions-fixture.js';

describe('the activities of validate', () => {
  let home: Home;
  const config = { ...runInputSchema.parse({}), runId: 'a_run' };
  const teacher = fixturePredictions({ seed: 1, dates: 60, symbols: 8, signal: 0.3 });

  beforeEach(async () => {
    home = new Home(await mkdtemp(path.join(tmpdir(), 'gurukul-validate-')));
  });
  afterEach(async () => {
    await rm(home.root, { recursive: true });
  });

  async function unit(name: string, rows?: readonly number[]): Promise<FileRef> {
    const dir = path.join(home.cohortDir('a_run', 'c', 'real'), name);
    const outputs =
      rows === undefined
        ? {}
        : {
            predictions: await writeRef(
              home,
              path.join(dir, 'predictions.parquet'),
              encodePredictions(takeRows(teacher, rows)),
              rows.length,
            ),
            importance: await writeRef(
              home,
              path.join(dir, 'importance.json'),
              JSON.stringify({
                features: ['a', 'b'],
                windows: [{ window: `${name}_c`, losses: name === 'odd' ? [1, 5] : [-2, 3] }],
              }),
              1,
            ),
          };
    return sealUnit(home, path.join(dir, 'unit.json'), { key: name, outputs, summary: null });
  }

  it('joins the units in one sorted file and computes all figures from it', async () => {
    const all = Array.from(teacher.symbol.keys());
    const odd = await unit(
      'odd',
      all.filter((row) => row % 2 === 1),
    );
    const even = await unit(
      'even',
      all.filter((row) => row % 2 === 0),
    );
    const failed = await unit('failed');
    const index = await writeRef(
      home,
      home.teachIndex('a_run'),
      JSON.stringify({ real: [odd, failed, even], placebo: [even], students: [odd], priors: [] }),
      3,
    );
    const activities = createValidateActivities({ home });

    const gathered = await activities.gatherPredictions({ config, index });
    expect(gathered.predictions).to.deep.include({
      uri: 'models/a_run/predictions.parquet',
      rows: all.length,
    });
    expect(await decodePredictions(await readRef(home, gathered.predictions))).to.deep.equal(teacher);
    expect(gathered.placebo.rows).to.equal(all.length / 2);

    const drift = await writeRef(
      home,
      path.join(home.metrics('a_run'), 'feature_drift.json'),
      JSON.stringify({ features: ['a', 'b'], cohorts: [] }),
      0,
    );

    const result = await activities.validateRun({ config, ...gathered, drift, trials: 3 });
    const json = async (ref: FileRef): Promise<unknown> =>
      JSON.parse((await readRef(home, ref)).toString('utf8'));
    const metrics = metricsSchema.parse(await json(result.metrics));
    statTestsSchema.parse(await json(result.statTests));
    stressTestsSchema.parse(await json(result.stressTests));
    expect(metrics.options).to.deep.equal({
      seed: config.seed,
      horizon: 5,
      entry: 'close',
      trials: 3,
      market: 'synthetic',
    });
    expect(metrics.forward.teacher.rows).to.equal(480);
    expect(
      metrics.features.map(({ feature, importance: { windows, lossRise } }) => [feature, windows, lossRise]),
    ).to.deep.equal([
      ['b', 2, 0.000004],
      ['a', 2, -0.0000005],
    ]);
    expect(result.metrics.uri).to.equal('models/a_run/validation/metrics.json');
  });

  it('rejects a unit that was changed after it was sealed', async () => {
    const manifest = await unit('one', [0, 1, 2]);
    const index = await writeRef(
      home,
      home.teachIndex('a_run'),
      JSON.stringify({ real: [manifest], placebo: [], students: [], priors: [] }),
      1,
    );
    await writeFileAtomic(home.absolute(manifest.uri), '{}');
    const activities = createValidateActivities({ home });
    const error: unknown = await activities
      .gatherPredictions({ config, index })
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error).and.to.have.property('type', 'ChecksumMismatch');
  });
});
