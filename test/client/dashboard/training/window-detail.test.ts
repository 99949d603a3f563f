import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';

import type { WindowAnswer } from '../../../../client/dashboard/contract/training.js';
import { encodePredictions } from '../../../../data/predictions/parquet.js';
import type { Model, Split } from '../../../../data/predictions/prediction.js';
import { emptyPredictions } from '../../../../data/predictions/prediction.js';
import { choiceSchema } from '../../../../data/schemas/choices.js';
import { planSchema, windowLabel } from '../../../../data/schemas/plan.js';
import { writeJson } from '../../../../data/store/files.js';
import type { DashboardRig } from '../support/dashboard.js';
import { dashboardRig } from '../support/dashboard.js';
import { asked } from '../telemetry/support.js';

const [START, END] = ['2021-01-01', '2021-06-30'];
const COHORT = `${START}_to_${END}`;
const WINDOW = windowLabel('TCS', START, END);

describe('the detail of a window', () => {
  let rig: DashboardRig;
  beforeEach(async () => {
    rig = await dashboardRig();
    const item = { start: START, end: END, status: 'trainable', reason: null, detail: null, bars: 120 };
    await writeJson(
      rig.home.plan('r'),
      planSchema.parse({
        ...{ windows: 2, trainable: 2, skipped: {}, failed: {}, shards: 2 },
        cohorts: [{ id: COHORT, start: START, end: END, shards: [['INFY'], ['TCS']] }],
        items: ['INFY', 'TCS'].map((symbol) => ({ symbol, ...item })),
      }),
    );
  });
  afterEach(async () => rig.close());

  const detail = async (): Promise<WindowAnswer> =>
    (await asked<WindowAnswer>(rig.app, `/api/runs/r/window?window=${WINDOW}`)).answer;

  it('has its teacher’s own forward rows, its figures, and what its cohort chose', async () => {
    const shard = rig.home.shardDir('r', COHORT, 'real', 1);
    mkdirSync(shard, { recursive: true });
    const predictions = emptyPredictions();
    const add = (model: Model, split: Split, date: string, probability: number, label: number): void => {
      predictions.symbol.push('TCS');
      predictions.date.push(date);
      predictions.window.push(WINDOW);
      predictions.model.push(model);
      predictions.split.push(split);
      predictions.probability.push(probability);
      predictions.score.push(0);
      predictions.label.push(label);
      predictions.forwardReturn.push(0.01);
      predictions.baseRate.push(0.25);
    };
    add('teacher', 'validation', '2021-06-29', 0.9, 0);
    add('teacher', 'forward', '2021-06-30', 0.5, 1);
    add('teacher', 'forward', '2021-07-01', 0.25, 0);
    add('permuted', 'forward', '2021-06-30', 0.3, 1);
    writeFileSync(path.join(shard, 'predictions.parquet'), encodePredictions(predictions));
    const taught = {
      ...{ window: WINDOW, symbol: 'TCS', status: 'succeeded', baseRate: { fit: 0.25 } },
      ...{ rows: { fit: 118, validation: 26, forward: 2 }, logLoss: { validation: 0.6, forward: 0.49 } },
      importance: [{ feature: 'gap', lossRise: 0.002 }],
    };
    writeFileSync(path.join(shard, 'windows.jsonl'), `${JSON.stringify(taught)}\n`);
    const choice = choiceSchema.parse({
      ...{ what: 'shifts', rule: 'best', reason: 'validated', standard: 0, chosen: 1, rows: 40, dates: 9 },
      ...{ first: '2020-12-01', last: '2020-12-31' },
      grid: ['off', 300].map((symbolShrinkage, at) => ({ config: { symbolShrinkage }, figure: at - 0.6 })),
    });
    const prior = path.join(rig.home.cohortDir('r', COHORT, 'real'), 'prior');
    mkdirSync(prior, { recursive: true });
    await writeJson(path.join(prior, 'choices.json'), [choice]);
    const { forward, rows, logLoss, baseRate, baseLogLoss, importance, choices, attempts } = await detail();
    expect(forward).to.deep.equal([
      { date: '2021-06-30', probability: 0.5, label: 1 },
      { date: '2021-07-01', probability: 0.25, label: 0 },
    ]);
    expect(rows.forward).to.equal(forward.length);
    expect([logLoss.forward, baseRate]).to.deep.equal([0.49, 0.25]);
    expect(baseLogLoss).to.be.closeTo(-(Math.log(0.25) + Math.log(0.75)) / 2, 1e-12);
    expect(importance).to.deep.equal(taught.importance);
    expect(choices.map(({ grid }) => grid)).to.deep.equal([
      [
        { config: { symbolShrinkage: 'off' }, figure: -0.6 },
        { config: { symbolShrinkage: 300 }, figure: 0.4 },
      ],
    ]);
    expect(attempts).to.deep.equal([]);
  });

  it('has what is planned before anything is trained', async () => {
    const { outcome, rows, forward, choices, attempts } = await detail();
    expect([outcome, rows.fit, forward, choices, attempts]).to.deep.equal(['waiting', null, [], [], []]);
  });
});
