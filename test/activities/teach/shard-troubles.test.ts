import { expect } from 'chai';
import fc from 'fast-check';

import { QUARANTINE_AFTER, afterFailure } from '../../../activities/teach/shard-troubles.js';
import { GurukulError, TrainerLostError } from '../../../data/errors.js';
import type { ShardTroubles } from '../../../data/schemas/shard-troubles.js';

const NONE: ShardTroubles = {
  key: 'key',
  windowsAtOnce: null,
  crashes: 0,
  strikes: {},
  quarantined: [],
  lastWords: '',
};
const OOM = new TrainerLostError('OutOfMemory', 'out of memory', true);
const CRASH = new TrainerLostError('TrainerCrashed', 'by SIGSEGV', true);

describe('the troubles of a shard', () => {
  const symbols = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${index}`);

  it('are halved by every end for want of memory, down to one window', () => {
    let troubles = NONE;
    const sizes: number[] = [];
    for (let inHand = 200; inHand > 1; inHand = troubles.windowsAtOnce ?? 0) {
      troubles = afterFailure(troubles, OOM, symbols(inHand));
      sizes.push(troubles.windowsAtOnce ?? 0);
    }
    expect(sizes).to.deep.equal([100, 50, 25, 12, 6, 3, 1]);
    expect(troubles.quarantined).to.deep.equal([]);
  });

  it('are nobody’s where the trainer was ended from outside, or no window was in hand', () => {
    const sentAway = new TrainerLostError('TrainerCrashed', 'by SIGKILL', false);
    const leaving = new GurukulError('TrainerCrashed', 'the worker is leaving');
    for (const [error, inHand] of [
      [sentAway, ['A', 'B']],
      [sentAway, ['A']],
      [leaving, ['A']],
      [CRASH, []],
      [OOM, []],
      [new GurukulError('StoreUnavailable', 'no'), ['A']],
      [new TrainerLostError('OutOfMemory', 'killed, most likely for memory', false), ['A']],
    ] as const)
      expect(afterFailure(NONE, error, inHand), error.message).to.equal(NONE);
  });

  it('are put down to chance once', () => {
    const once = afterFailure(NONE, CRASH, symbols(200));
    expect(once).to.include({ windowsAtOnce: null, crashes: 1 });
    expect(afterFailure(once, CRASH, symbols(200))).to.include({ windowsAtOnce: 12, crashes: 2 });
  });

  it('end in quarantine for a window that ends the trainer alone, with what it died of', () => {
    let troubles = NONE;
    for (let strike = 1; strike <= QUARANTINE_AFTER; strike += 1) {
      expect(troubles.quarantined).to.deep.equal([]);
      troubles = afterFailure(troubles, strike === 1 ? OOM : CRASH, ['BAD']);
    }
    expect(troubles.quarantined).to.deep.equal([
      { symbol: 'BAD', error: 'TrainerCrashed', strikes: QUARANTINE_AFTER },
    ]);
    expect(troubles.lastWords).to.equal('by SIGSEGV');
  });

  it('find every poison window and no other, within 20 attempts for one of 256', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 256 }),
        fc.array(fc.nat(255), { minLength: 1, maxLength: 3 }),
        (count, places) => {
          const all = symbols(count);
          const poison = new Set(places.map((place) => `S${place % count}`));
          let troubles = NONE;
          let attempts = 0;
          for (;;) {
            attempts += 1;
            const kept = new Set(troubles.quarantined.map(({ symbol }) => symbol));
            const left = all.filter((symbol) => !kept.has(symbol));
            const size = troubles.windowsAtOnce ?? count;
            const batches = Array.from({ length: Math.ceil(left.length / size) }, (_, batch) =>
              left.slice(batch * size, (batch + 1) * size),
            );
            const deadly = batches.find((batch) => batch.some((symbol) => poison.has(symbol)));
            if (deadly === undefined) break;
            troubles = afterFailure(troubles, CRASH, deadly);
          }
          expect(new Set(troubles.quarantined.map(({ symbol }) => symbol))).to.deep.equal(poison);
          expect(attempts).to.be.at.most(4 + QUARANTINE_AFTER * poison.size);
        },
      ),
    );
  });
});
