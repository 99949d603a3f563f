import { expect } from 'chai';

import { renderFailureNotice } from '../../../activities/audit/failure-notice.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';

const config = { ...runInputSchema.parse({}), runId: 'r' };
const failed = {
  window: 'TCS_2022-01-01_to_2022-06-30',
  symbol: 'TCS',
  start: '2022-01-01',
  end: '2022-06-30',
  error: 'Diverged',
  message: 'not finite',
} as const;

describe('the notice in the place of a bundle', () => {
  it('says how a run fails in which nothing was trained, although no window failed', () => {
    const message = 'no window was trained (insufficient_data 8)';
    const text = renderFailureNotice(config, { message, failedBy: {}, nothingTrained: true }, []);
    expect(text).to.contain(`# No bundle: run r failed\n\n${message}\n\nNo window of this run was trained`);
    expect(text).to.contain('Choose longer windows, a shorter horizon or more bars, and start another run.');
    expect(text).not.to.match(/max-failure-rate|--only failed/);
  });

  it('says how to resume a run in which windows failed, whether or not any was trained', () => {
    for (const nothingTrained of [undefined, true] as const) {
      const end = { message: 'm', failedBy: { Diverged: 1 }, nothingTrained };
      const text = renderFailureNotice(config, end, [failed]);
      expect(text).to.contain('`gurukul resume r --only failed`');
      expect(text.includes('--max-failure-rate')).to.equal(nothingTrained === undefined);
    }
  });
});
