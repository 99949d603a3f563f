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

describe('the failure record of a shard', () => {
  const symbols = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${index}`);

  it('halves the windows at once after every out-of-memory failure, down to one', () => {
    let troubles = NONE;
    const sizes: number[] = [];
    for (let current = 200; current > 1; current = troubles.windowsAtOnce ?? 0) {
      troubles = afterFailure(troubles, OOM, symbols(current));
      sizes.push(troubles.windowsAtOnce ?? 0);
    }
    expect(sizes).to.deep.equal([100, 50, 25, 12, 6, 3, 1]);
    expect(troubles.quarantined).to.deep.equal([]);
  });

  it('ignores trainers that were ended from outside, and failures without a current window', () => {
    const sentAway = new TrainerLostError('TrainerCrashed', 'by SIGKILL', false);
    const leaving = new GurukulError('TrainerCrashed', 'the worker is shutting down');
    for (const [error, current] of [
      [sentAway, ['A', 'B']],
      [sentAway, ['A']],
      [leaving, ['A']],
      [CRASH, []],
      [OOM, []],
      [new GurukulError('StoreUnavailable', 'no'), ['A']],
      [new TrainerLostError('OutOfMemory', 'killed, most likely for memory', false), ['A']],
    ] as const)
      expect(afterFailure(NONE, error, current), error.message).to.equal(NONE);
  });

  it('counts the first crash as accidental', () => {
    const once = afterFailure(NONE, CRASH, symbols(200));
    expect(once).to.include({ windowsAtOnce: null, crashes: 1 });
    expect(afterFailure(once, CRASH, symbols(200))).to.include({ windowsAtOnce: 12, crashes: 2 });
  });

  it('quarantines a window that crashes the trainer alone, with the error message', () => {
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

  it('finds every crashing window and no other, within 20 attempts for one of 256', () => {
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
            const crashing = batches.find((batch) => batch.some((symbol) => poison.has(symbol)));
            if (crashing === undefined) break;
            troubles = afterFailure(troubles, CRASH, crashing);
          }
          expect(new Set(troubles.quarantined.map(({ symbol }) => symbol))).to.deep.equal(poison);
          expect(attempts).to.be.at.most(4 + QUARANTINE_AFTER * poison.size);
        },
      ),
    );
  });
});
