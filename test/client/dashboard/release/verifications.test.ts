import { expect } from 'chai';

import { Verifications } from '../../../../client/dashboard/server/release/verifications.js';
import { until } from '../../../support/until.js';

describe('verifications that the page asks for', () => {
  it('run one at a time, and are remembered by run and digest', async () => {
    let running = 0;
    let most = 0;
    const finish: (() => void)[] = [];
    const verifications = new Verifications(async (runId) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => finish.push(resolve));
      running -= 1;
      return JSON.stringify(
        runId === 'bad'
          ? { result: 'failed', difference: 'metrics.json: expected a, found b' }
          : { result: 'ok', checked: ['the manifest'] },
      );
    });
    expect(verifications.of('good', 'd1')).to.equal(null);
    expect(verifications.start('good', 'd1').result).to.equal('running');
    expect(verifications.start('good', 'd1').result).to.equal('running');
    verifications.start('bad', 'd2');
    await until(() => finish.length === 1);
    finish[0]?.();
    await until(() => finish.length === 2);
    finish[1]?.();
    await until(() => verifications.of('bad', 'd2')?.result === 'failed');
    expect(most).to.equal(1);
    expect(finish).to.have.length(2);
    expect(verifications.of('good', 'd1')).to.deep.include({ result: 'ok', says: ['the manifest'] });
    expect(verifications.of('bad', 'd2')?.says).to.deep.equal(['metrics.json: expected a, found b']);
    expect(verifications.of('good', 'another digest')).to.equal(null);
  });

  it('say what went wrong where the verifier itself failed', async () => {
    const verifications = new Verifications(async () => Promise.resolve('no JSON'));
    verifications.start('run', 'd');
    await until(() => verifications.of('run', 'd')?.result === 'failed');
    expect(verifications.of('run', 'd')?.says[0]).to.include('JSON');
  });
});
