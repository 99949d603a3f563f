import { expect } from 'chai';

import { LEAST_TIMES, thinnedTimes } from '../../../../activities/model/ranking/thinned-times.js';

const counted = (length: number): Int32Array => Int32Array.from({ length }, (_, at) => 3 * at);

describe('thinned times', () => {
  it('are all times where there are few rows', () => {
    expect(thinnedTimes([counted(300), counted(200)], 500)).to.deep.equal(counted(300));
    expect(thinnedTimes([], 500)).to.deep.equal(new Int32Array(0));
  });

  it('have about as many rows as wanted, evenly spread', () => {
    const kept = thinnedTimes([counted(2000), counted(2000)], 1000);
    expect(kept.length).to.be.within(498, 502);
    const gaps = kept.subarray(1).map((time, at) => (time - (kept[at] ?? NaN)) / 3);
    // By the three-gap theorem.
    expect(new Set(gaps).size).to.be.at.most(3);
    expect(Math.max(...gaps)).to.be.at.most(8);
  });

  it('are no fewer than the least number, however many symbols there are', () => {
    const many = Array.from({ length: 400 }, () => counted(1000));
    expect(thinnedTimes(many, 1000).length).to.be.within(LEAST_TIMES - 1, LEAST_TIMES + 1);
    const short = Array.from({ length: 400 }, () => counted(200));
    expect(thinnedTimes(short, 1000)).to.deep.equal(counted(200));
  });
});
