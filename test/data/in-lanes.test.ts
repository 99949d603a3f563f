import { setImmediate as turn } from 'node:timers/promises';

import { expect } from 'chai';
import fc from 'fast-check';

import { inLanes } from '../../data/in-lanes.js';

describe('inLanes', () => {
  it('does every item once, in any number of lanes, and keeps their order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3)), fc.integer({ min: 1, max: 10 }), async (turns, lanes) => {
        let [now, most] = [0, 0];
        const results = await inLanes(turns, lanes, async (count, index) => {
          now += 1;
          most = Math.max(most, now);
          for (let left = count; left > 0; left -= 1) await turn();
          now -= 1;
          return index;
        });
        expect(results).to.deep.equal([...turns.keys()]);
        expect(most).to.be.at.most(lanes);
      }),
      { numRuns: 50 },
    );
  });

  it('begins nothing after an error, ends what is in hand, and throws it', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = inLanes([0, 1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('no 1');
      await turn();
      ended.push(item);
    });
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property('message', 'no 1');
    expect(begun).to.deep.equal([0, 1]);
    expect(ended).to.deep.equal([0]);
  });
});
