import { expect } from 'chai';

import { RecentAnswers } from '../../../client/dashboard/server/recent-answers.js';

describe('recent answers', () => {
  it('compute once for all who ask at the same time', async () => {
    const answers = new RecentAnswers<number>(60_000);
    let computed = 0;
    const ask = async (): Promise<number> => answers.get('a', async () => Promise.resolve((computed += 1)));
    expect(await Promise.all([ask(), ask(), ask()])).to.deep.equal([1, 1, 1]);
    expect(await answers.get('b', async () => Promise.resolve(7))).to.equal(7);
  });

  it('forget failures and the oldest', async () => {
    const answers = new RecentAnswers<number>(60_000, 2);
    await answers.get('a', async () => Promise.reject(new Error('busy'))).catch(() => undefined);
    expect(await answers.get('a', async () => Promise.resolve(1))).to.equal(1);
    await answers.get('b', async () => Promise.resolve(2));
    await answers.get('c', async () => Promise.resolve(3));
    expect(await answers.get('a', async () => Promise.resolve(4)), 'a was the oldest').to.equal(4);
  });
});
