import { expect } from 'chai';

import {
  formatBytes,
  formatCount,
  formatReasons,
  formatTime,
  plural,
  renderTable,
} from '../../../client/cli/format.js';

describe('texts of the command line', () => {
  it('says sizes in the unit that matters', () => {
    expect([0, 999, 1_000, 1_449_000, 3e9].map(formatBytes)).to.deep.equal([
      '0 B',
      '999 B',
      '1.0 kB',
      '1.4 MB',
      '3.0 GB',
    ]);
  });

  it('separates thousands and knows one from many', () => {
    expect(formatCount(4510.4)).to.equal('4,510');
    expect([plural(0, 'window'), plural(1, 'window'), plural(1200, 'window')]).to.deep.equal([
      '0 windows',
      '1 window',
      '1,200 windows',
    ]);
  });

  it('names reasons, most frequent first, and leaves out what did not occur', () => {
    expect(formatReasons({ excluded: 8, insufficient_data: 20, no_bars: 8, not_listed: 0 })).to.equal(
      'insufficient_data 20, excluded 8, no_bars 8',
    );
    expect(formatReasons({})).to.equal('');
  });

  it('writes local time', () => {
    expect(formatTime(new Date(2024, 0, 5, 7, 8, 9))).to.equal('2024-01-05 07:08:09');
  });

  it('lines columns up, numbers to the right', () => {
    expect(
      renderTable(
        ['cohort', 'windows'],
        [
          ['a', 5],
          ['bcdefgh', 1200],
        ],
      ),
    ).to.deep.equal(['cohort   windows', 'a              5', 'bcdefgh    1,200']);
  });
});
