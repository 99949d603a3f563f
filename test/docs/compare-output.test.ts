import { expect } from 'chai';

import { differenceOf } from './compare-output.js';

const DIGEST = 'ab'.repeat(32);

describe('the comparison of shown and printed output', () => {
  it('takes what differs from machine to machine', () => {
    const printed = [
      '> gurukul@0.1.0 start',
      `Digest  ${DIGEST}`,
      'at http://127.0.0.1:8234/x',
      'Bundle /tmp/x1/var/release/a',
      'log-loss 0.6250',
      '',
    ].join('\n');
    const shown = [
      `Digest ${DIGEST.replaceAll('a', 'c')}`,
      'at http://127.0.0.1:8233/x',
      'Bundle /home/you/gurukul/var/release/a',
      'log-loss 0.6251',
    ].join('\n');
    expect(differenceOf(shown, printed, { '/home/you/gurukul': '/tmp/x1' })).to.equal(undefined);
  });

  it('lets … stand for lines and for parts of a line', () => {
    const printed = 'one\ntwo 17 windows, 3 failed\nthree\nfour\n';
    for (const shown of [
      'one\n…',
      '…\nfour',
      'one\n…\nthree\n…',
      '…\ntwo … windows, 3 failed\n…',
      'one\n…\nthree\nfour',
    ])
      expect(differenceOf(shown, printed), shown).to.equal(undefined);
  });

  it('finds a line that is missing, another count, another figure, and what is not shown', () => {
    const printed = 'one\n36 windows\nAUC 0.570\nend\n';
    const difference = (shown: string): string | undefined => differenceOf(shown, printed);
    expect(difference(printed)).to.equal(undefined);
    expect(difference('one\n…\nlost\n…')).to.contain('    lost');
    expect(difference('…\n35 windows\n…')).to.contain('36 windows');
    expect(difference('…\nAUC 0.500\n…')).to.contain('AUC 0.570');
    expect(difference('one\n36 windows\nAUC 0.570')).to.contain('    end');
    expect(difference('36 windows\n…')).to.contain('the page shows');
    expect(difference('…\nend\none\n…')).to.contain('the page shows');
  });
});
