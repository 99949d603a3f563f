import { rmSync } from 'node:fs';
import path from 'node:path';

import { expect } from 'chai';

import { describeStatus } from '../../../client/cli/describe-run.js';
import { printedStatus } from '../../../client/cli/printed-status.js';
import type { Recommendation } from '../../../client/cli/recommendation.js';
import { recommendationLines, recommendationOf } from '../../../client/cli/recommendation.js';
import type { Home } from '../../../data/store/home.js';
import { freshHome, sealedRun } from '../../activities/audit/finished-run.js';
import { runStatus } from '../../support/run-status.js';

const REFUSED: Recommendation = {
  recommendation: 'do not promote',
  rules: 11,
  unmet: [
    { question: 'Is there enough evidence?', answer: 'no' },
    { question: 'Are the probabilities calibrated?', answer: 'unknown' },
  ],
};

describe('the recommendation of a run', () => {
  let home: Home;
  beforeEach(async () => {
    home = await freshHome();
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  it('is that of its briefing, once the run is done', async () => {
    const { bundle } = await sealedRun(home, { runId: 'r', dates: 60 });
    const done = runStatus('r', { phase: 'done', bundle });
    const found = await recommendationOf(done);
    expect(found?.recommendation).to.equal('do not promote');
    expect(found?.unmet).to.deep.include({
      question: 'Is there enough evidence?',
      answer: 'not enough data',
    });
    // The gates that decide, not what informs.
    expect(found?.rules).to.equal(7);
    expect(found?.unmet.length).to.be.within(1, 6);
    const printed = await printedStatus(home, done);
    expect(printed).to.deep.equal({
      ...done,
      recommendation: 'do not promote',
      algorithm: { digest: printed.algorithm?.digest, comparedWith: null, isNew: null },
    });
    for (const other of [runStatus('r', { phase: 'audit', bundle }), runStatus('r', { phase: 'done' })])
      expect(await printedStatus(home, other)).to.deep.equal(other);
    rmSync(path.join(bundle, 'promotion_briefing.json'));
    expect(await recommendationOf(done)).to.equal(undefined);
  });

  it('is told with the rules that are not met', () => {
    expect(recommendationLines(REFUSED)).to.deep.equal([
      'do not promote: 2 of 11 rules are not met',
      'Is there enough evidence? no',
      'Are the probabilities calibrated? unknown',
    ]);
    expect(recommendationLines({ ...REFUSED, unmet: REFUSED.unmet.slice(1) })[0]).to.equal(
      'do not promote: 1 of 11 rules is not met',
    );
    expect(recommendationLines({ recommendation: 'promote', rules: 11, unmet: [] })).to.deep.equal([
      'promote: all 11 rules are met',
    ]);
  });

  it('stands before the decision', () => {
    const status = runStatus('r', { phase: 'done' });
    const lines = describeStatus({ status, state: 'ended', progress: undefined, remark: undefined }, [], {
      recommendation: REFUSED,
    });
    const at = lines.findIndex((line) => line.startsWith('Recommend do not promote: 2 of 11'));
    expect(lines[at + 1]).to.match(/^ {10}Is there enough evidence\?/);
    expect(lines[at + 3]).to.equal('Decision  pending');
  });
});
