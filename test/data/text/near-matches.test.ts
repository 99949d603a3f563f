import { expect } from 'chai';

import { didYouMean, nearMatches } from '../../../data/text/near-matches.js';

const SYMBOLS = ['RELIANCE', 'TCS', 'INFY', 'HDFCBANK', 'HDFCLIFE', 'ICICIBANK', 'ITC'];

describe('names that a wrong one was meant to be', () => {
  for (const [wrong, near] of [
    ['RELAINCE', ['RELIANCE']],
    ['reliance', ['RELIANCE']],
    ['TSC', ['TCS']],
    ['INFYS', ['INFY']],
    ['HDFC', ['HDFCBANK', 'HDFCLIFE']],
    ['ICICIBNK', ['ICICIBANK']],
    ['SBIN', []],
    ['', []],
  ] as const)
    it(`are ${near.join(', ') || 'none'} for "${wrong}"`, () => {
      expect(nearMatches(wrong, SYMBOLS)).to.deep.equal(near);
    });

  it('are three at most, nearest first', () => {
    expect(nearMatches('run1', ['run11', 'run123', 'run12', 'run2'])).to.deep.equal([
      'run11',
      'run12',
      'run2',
    ]);
  });

  it('are asked for in a message, or not spoken of', () => {
    expect(didYouMean('HDFC', SYMBOLS)).to.equal(' (did you mean HDFCBANK or HDFCLIFE?)');
    expect(didYouMean('SBIN', SYMBOLS)).to.equal('');
  });
});
