import { expect } from 'chai';

import { formatDuration } from '../../../data/time/duration.js';

describe('a duration', () => {
  for (const [ms, text] of [
    [0, '0 s'],
    [8_400, '8 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [200_000, '3 min 20 s'],
    [3_599_700, '1 h'],
    [3_900_000, '1 h 5 min'],
    [90_000_000, '25 h'],
  ] as const)
    it(`of ${ms} ms is ${text}`, () => {
      expect(formatDuration(ms)).to.equal(text);
    });
});
