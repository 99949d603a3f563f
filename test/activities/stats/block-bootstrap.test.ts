import { expect } from 'chai';

import { blockLength, drawDates } from '../../../activities/stats/block-bootstrap.js';

describe('the block bootstrap', () => {
  it('draws as many dates as there are, in blocks that depend on the seed alone', () => {
    const draws = drawDates(200, 5, 7, 'forward');
    expect(draws).to.deep.equal(drawDates(200, 5, 7, 'forward'));
    expect(draws[0]).to.not.deep.equal(drawDates(200, 5, 8, 'forward')[0]);
    for (const weight of draws) expect(weight.reduce((sum, times) => sum + times, 0)).to.equal(200);
  });

  it('uses blocks at least as long as the overlap of labels, and gives no interval with too few blocks', () => {
    expect(blockLength(5)).to.equal(10);
    expect(blockLength(20)).to.equal(40);
    expect(drawDates(49, 5, 7, 'forward')).to.deep.equal([]);
    expect(drawDates(50, 5, 7, 'forward')).to.have.lengthOf(500);
  });
});
