import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { WindowOutcomes } from '../../../../client/dashboard/server/training/window-outcomes.js';
import { Home } from '../../../../data/store/home.js';

describe('the outcomes of windows, read while they are written', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-outcomes-'));
  const home = new Home(folder);
  const file = home.teacherRuns('run');
  before(() => mkdirSync(path.dirname(file), { recursive: true }));
  after(() => rmSync(folder, { recursive: true }));

  it('reads on, waits for the end of a line, and lets the last line count', async () => {
    const outcomes = new WindowOutcomes(home, 'run');
    expect((await outcomes.update()).size).to.equal(0);
    writeFileSync(file, '{"window":"A_1","status":"succeeded"}\n{"window":"B_1","status":"fai');
    expect([...(await outcomes.update())]).to.deep.equal([['A_1', { status: 'succeeded', reason: '' }]]);
    appendFileSync(file, 'led","error":"Diverged","message":"loss is NaN"}\nnot json\n');
    expect((await outcomes.update()).get('B_1')).to.deep.equal({
      status: 'failed',
      reason: 'Diverged: loss is NaN',
    });
    appendFileSync(file, '{"window":"B_1","status":"succeeded"}\n');
    expect((await outcomes.update()).get('B_1')?.status).to.equal('succeeded');
  });

  it('begins again when the file was replaced by a shorter one', async () => {
    const outcomes = new WindowOutcomes(home, 'run');
    await outcomes.update();
    writeFileSync(file, '{"window":"C_1","status":"skipped","reason":"no_bars"}\n');
    expect([...(await outcomes.update())]).to.deep.equal([['C_1', { status: 'skipped', reason: 'no_bars' }]]);
  });
});
