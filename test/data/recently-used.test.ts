import { expect } from 'chai';

import { RecentlyUsed } from '../../data/recently-used.js';

describe('values that were used recently', () => {
  it('are kept, and the others are not', () => {
    const kept = new RecentlyUsed<number>(2);
    kept.set('a', 1);
    kept.set('b', 2);
    expect(kept.get('a')).to.equal(1);
    kept.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => kept.get(key))).to.deep.equal([1, undefined, 3]);
    kept.set('a', 4);
    kept.set('d', 5);
    expect(['a', 'c', 'd'].map((key) => kept.get(key))).to.deep.equal([4, undefined, 5]);
    kept.delete('a');
    expect(['a', 'd'].map((key) => kept.get(key))).to.deep.equal([undefined, 5]);
  });
});
