import { expect } from 'chai';
import fc from 'fast-check';

import {
  approvalBehind,
  championOf,
  decisionOn,
  decisionStateOf,
  pointerOf,
  shadowIn,
} from '../../../data/decisions/champion-state.js';
import { championIn } from '../../../data/decisions/current-champion.js';
import { earlierChampion } from '../../../data/decisions/earlier-champion.js';
import { InvalidInputError } from '../../../data/errors.js';
import { ENTRY_VERDICTS } from '../../../data/schemas/decision-states.js';
import type { Decision } from '../../../data/schemas/decision.js';
import { decisionSchema } from '../../../data/schemas/decision.js';
import { sha256 } from '../../../data/store/digests.js';

/** An entry of the newest version. */
function entry(
  number: number,
  run: string,
  verdict: Decision['verdict'],
  more: Partial<Decision> = {},
): Decision {
  return decisionSchema.parse({
    ...{ number, run, bundle: `release/audit_${run}`, bundleDigest: sha256(run), verdict },
    ...{ by: 'Asha', reason: 'r', at: '2025-01-02T03:04:05.000Z', id: `request ${number}`, previous: null },
    ...{ version: 3, author: null, override: null, shadow: false, replaces: null, restores: null },
    ...{ comparison: null, policy: sha256('policy'), triggers: null },
    ...more,
  });
}
const log = (...entries: readonly [string, Decision['verdict'], Partial<Decision>?][]): Decision[] =>
  entries.map(([run, verdict, more], i) => entry(i + 1, run, verdict, more));

describe('the champion of a log', () => {
  it('is what was approved last, and stays after a rejection, an expiry and a shadow', () => {
    expect(championOf([])).to.equal(undefined);
    const decisions = log(
      ['a', 'approved'],
      ['b', 'rejected'],
      ['c', 'expired'],
      ['d', 'approved', { shadow: true }],
    );
    expect(championOf(decisions)).to.include({ run: 'a', decision: 1 });
    expect(shadowIn(decisions)?.run).to.equal('d');
  });

  it('is none after it was retired or demoted, which the pointer says', () => {
    for (const verdict of ['retired', 'demoted'] as const) {
      const decisions = log(['a', 'approved'], ['a', verdict]);
      expect(championOf(decisions)).to.equal(undefined);
      expect(pointerOf(decisions)).to.deep.equal({
        ...{ run: null, bundle: null, bundleDigest: null, decision: 2 },
      });
      // Its approval stays what was decided about the bundle.
      expect(decisionStateOf(decisionOn(decisions, 'a', sha256('a')))).to.equal('approved');
    }
  });

  it('keeps the override of its approval when it is restored', () => {
    const override: Decision['override'] = { reason: 'we need one', against: ['recommendation'] };
    const decisions = log(
      ['a', 'approved', { override, author: 'Ravi' }],
      ['b', 'approved'],
      ['a', 'restored', { restores: 1 }],
    );
    expect(championIn(decisions)).to.deep.include({
      ...{ run: 'a', decision: 3, restored: true, author: 'Ravi', override },
    });
    expect(approvalBehind(decisions, 3)?.number).to.equal(1);
  });

  it('is one of those that were approved, whatever the log holds', () => {
    const entries = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...ENTRY_VERDICTS), fc.boolean()),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(entries, (items) => {
        const decisions = items.map(([run, verdict, shadow], i) =>
          entry(i + 1, run, verdict, { shadow: shadow && verdict === 'approved' }),
        );
        const champion = championOf(decisions);
        const after = decisions.slice(champion?.decision ?? 0);
        if (champion !== undefined) {
          expect(['approved', 'restored']).to.include(decisions[champion.decision - 1]?.verdict);
          expect(after.some(({ verdict }) => verdict === 'retired' || verdict === 'demoted')).to.equal(false);
        }
        const shadow = shadowIn(decisions);
        if (shadow !== undefined) expect(shadow.run).to.not.equal(undefined);
        expect(shadow?.shadow ?? true).to.equal(true);
      }),
    );
  });
});

describe('a shadow', () => {
  it('ends when it is approved for use, rejected, or another is staged', () => {
    const staged: [string, Decision['verdict'], Partial<Decision>] = ['a', 'approved', { shadow: true }];
    expect(shadowIn(log(staged, ['a', 'approved']))).to.equal(undefined);
    expect(shadowIn(log(staged, ['a', 'rejected']))).to.equal(undefined);
    expect(shadowIn(log(staged, ['b', 'approved', { shadow: true }]))?.run).to.equal('b');
    expect(shadowIn(log(staged, ['b', 'approved']))?.run).to.equal('a');
  });
});

describe('a roll-back', () => {
  const decisions = log(
    ['a', 'approved'],
    ['b', 'approved'],
    ['s', 'approved', { shadow: true }],
    ['c', 'approved'],
    ['b', 'restored', { restores: 2 }],
  );
  const refused = (entries: readonly Decision[], to?: string): string => {
    try {
      return earlierChampion(entries, to).run;
    } catch (error) {
      if (error instanceof InvalidInputError) return error.message;
      throw error;
    }
  };

  it('goes to the champion before, and one further each time', () => {
    expect(earlierChampion(decisions.slice(0, 4)).run).to.equal('b');
    expect(earlierChampion(decisions).run).to.equal('a');
  });

  it('goes to the last champion where there is none', () => {
    expect(earlierChampion([...decisions, entry(6, 'b', 'retired')]).run).to.equal('c');
  });

  it('goes to a named run or decision that was champion', () => {
    expect(earlierChampion(decisions, 'c').number).to.equal(4);
    expect(earlierChampion(decisions, '4').run).to.equal('c');
    expect(earlierChampion(decisions.slice(0, 4), '2').run).to.equal('b');
  });

  it('refuses any other, and names those that there are', () => {
    expect(refused(decisions, 's')).to.equal(
      '--to: s was never the champion (earlier champions: 1 (a), 4 (c))',
    );
    expect(refused(decisions, '3')).to.contain('3 was never the champion');
    expect(refused(decisions, 'b')).to.equal('run b is the champion already');
    expect(refused([])).to.equal('there is no earlier champion to restore');
    expect(refused(decisions.slice(0, 1))).to.equal('there is no earlier champion to restore');
  });
});

describe('an entry of the log', () => {
  const {
    version: _v,
    author: _a,
    override: _o,
    shadow: _s,
    replaces: _r,
    ...rest
  } = entry(1, 'a', 'approved');
  const { restores: _t, comparison: _c, policy: _p, triggers: _g, ...old } = rest;

  it('is one of an earlier version or of this one, and nothing in between', () => {
    expect(decisionSchema.safeParse(old).success).to.equal(true);
    expect(decisionSchema.safeParse({ ...old, shadow: false }).success).to.equal(false);
    expect(decisionSchema.safeParse({ ...old, version: 3 }).success).to.equal(false);
    expect(decisionSchema.safeParse({ ...old, verdict: 'retired' }).success).to.equal(false);
  });
});
