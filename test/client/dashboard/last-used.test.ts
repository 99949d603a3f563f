import { expect } from 'chai';

import { LastUsed } from '../../../client/dashboard/server/backtest/last-used.js';

describe('values that were used last', () => {
  it('are computed once for all who ask, and the one not used for longest leaves', async () => {
    const kept = new LastUsed<string>(2);
    const computed: string[] = [];
    const ask = async (key: string): Promise<string> =>
      kept.get(key, async () => {
        computed.push(key);
        return Promise.resolve(`value of ${key}`);
      });
    expect(await Promise.all([ask('a'), ask('a')])).to.deep.equal(['value of a', 'value of a']);
    for (const key of ['b', 'a', 'c', 'a', 'b']) await ask(key);
    expect(computed).to.deep.equal(['a', 'b', 'c', 'b']);
  });

  it('are computed again after a failure', async () => {
    const kept = new LastUsed<string>(2);
    const failing = kept.get('a', async () => Promise.reject(new Error('not there')));
    expect(await failing.catch((error: unknown) => String(error))).to.equal('Error: not there');
    expect(await kept.get('a', async () => Promise.resolve('there'))).to.equal('there');
  });
});
