import { expect } from 'chai';

import { stageTable, startStageClock } from '../../../data/telemetry/stages.js';
import { rejection } from '../../support/rejection.js';

describe('the stages of a start', () => {
  it('are measured one after another and beside each other, from the start of the process', async () => {
    const clock = startStageClock();
    const given = await clock.time('outer', async () => {
      await clock.time('inner', async () => Promise.resolve());
      return 7;
    });
    expect(given).to.equal(7);
    expect(clock.stages.map(({ name }) => name)).to.deep.equal(['load the program', 'inner', 'outer']);
    const [load, inner, outer] = clock.stages;
    expect(load?.from).to.equal(0);
    for (const { from, to } of clock.stages) expect(from).to.be.at.most(to);
    expect(inner?.from).to.be.at.least(outer?.from ?? Infinity);
    expect(outer?.from).to.be.at.least(load?.to ?? Infinity);
  });

  it('leave out one that fails', async () => {
    const clock = startStageClock();
    await rejection(
      clock.time('broken', async () => Promise.reject(new Error('no'))),
      Error,
    );
    expect(clock.stages).to.have.length(1);
  });

  it('are a table, with the parts of a stage at its own time', () => {
    const stages = [
      { name: 'worker', from: 2, to: 6.5 },
      { name: 'load', from: 0, to: 0.6 },
    ];
    const parts = new Map([['worker', [{ name: 'connect', from: 1, to: 1.25 }]]]);
    expect(stageTable(stages, parts)).to.equal(
      ['   0.0    0.6  load', '   2.0    6.5  worker', '       3.0    3.3  connect'].join('\n'),
    );
  });
});
