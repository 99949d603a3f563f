import { expect } from 'chai';

import { describeMembership, describeTrades } from '../../../activities/audit/describe-run.js';
import { memberSessionsText, missingMembersText } from '../../../activities/texts/member-sessions.js';

describe('where trades begin, in summary, briefing and model card', () => {
  const rule = { horizon: 5, threshold: 0.02 };

  it('is the entry, or that nobody can trade there', () => {
    expect(describeTrades({ ...rule, entry: 'next-open' })).to.equal(
      'All returns start at the next open after the bar that the prediction needs; what is bought there is held for 5 bars and sold at the close of the last.',
    );
    expect(describeTrades({ ...rule, entry: 'next-close', horizon: 1 })).to.equal(
      'All returns start at the next close after the bar that the prediction needs; what is bought there is held for one bar and sold at the close of the last.',
    );
    // Bundles of earlier versions state none.
    for (const entry of ['close', undefined] as const)
      expect(describeTrades({ ...rule, entry })).to.equal(
        'All returns start at the close that the prediction itself needs, at which nobody can trade any more.',
      );
  });
});

describe('who took part, in the model card', () => {
  const members = {
    sessions: 74_427,
    withBars: 74_426,
    missing: [{ symbol: 'M&M', sessions: 742, missing: 1 }],
  };

  it('is today’s list, with its bias, in bundles of earlier versions too', () => {
    for (const membership of [undefined, 'today'] as const)
      expect(describeMembership({ config: { membership }, coverage: { members: undefined } })).to.equal(
        '- The universe is the one known today: symbols that were delisted or removed from the index may be missing (survivorship bias).',
      );
  });

  it('is who was a member at each date, with what is missing of them', () => {
    const config = { membership: 'point-in-time' } as const;
    const start = '- The universe is point-in-time: at each date, those that were members then.';
    expect(describeMembership({ config, coverage: undefined })).to.equal(start);
    expect(describeMembership({ config, coverage: { members } })).to.equal(
      `${start} 74,426 of 74,427 sessions of the members have bars (99.9 %). Members without all of their bars (1), which leaves some survivorship bias: M&M 1 of 742.`,
    );
    expect(describeMembership({ config, coverage: { members: { ...members, missing: [] } } })).to.equal(
      `${start} 74,426 of 74,427 sessions of the members have bars (99.9 %).`,
    );
  });

  it('is short, however many are missing', () => {
    expect(memberSessionsText({ sessions: 0, withBars: 0, missing: [] })).to.equal(
      '0 of 0 sessions of the members have bars (0 %)',
    );
    const missing = Array.from({ length: 10 }, (_, index) => ({
      symbol: `S${index}`,
      sessions: 9,
      missing: 9,
    }));
    expect(missingMembersText({ ...members, missing })).to.equal(
      'S0 9 of 9, S1 9 of 9, S2 9 of 9, S3 9 of 9, S4 9 of 9, S5 9 of 9, S6 9 of 9, S7 9 of 9 and 2 more',
    );
  });
});
