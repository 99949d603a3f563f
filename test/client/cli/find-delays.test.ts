import { expect } from 'chai';

import { delayLines, untaken } from '../../../client/cli/find-delays.js';

describe('what holds a run up', () => {
  const now = Date.parse('2026-03-02T10:00:00Z');
  const at = (secondsAgo: number): { readonly seconds: number } => ({ seconds: now / 1000 - secondsAgo });

  it('is a task that no worker has taken within twenty seconds', () => {
    expect(untaken({ scheduledTime: at(19) }, now)).to.equal(undefined);
    expect(untaken({ scheduledTime: at(20) }, now)).to.match(
      /^no worker has taken it since \d\d:\d\d:\d\d: /,
    );
  });

  it('is not a task that a worker has begun, however long ago, or that waits for its time', () => {
    expect(untaken({ scheduledTime: at(600), lastStartedTime: at(599) }, now)).to.equal(undefined);
    expect(untaken({ scheduledTime: at(-30) }, now)).to.equal(undefined);
    expect(untaken({}, now)).to.equal(undefined);
  });

  it('is shown a line each, with the time of the next attempt', () => {
    const delay = { workflowId: 'train/a/cohort', activity: 'fitPrior', attempt: 3, reason: 'ENOSPC' };
    expect(delayLines([])).to.deep.equal([]);
    expect(delayLines([{ ...delay, next: null }])).to.deep.equal([
      '',
      'Held up:',
      '  train/a/cohort, fitPrior, attempt 3: ENOSPC',
    ]);
    const [, , line = ''] = delayLines([{ ...delay, next: '2026-03-02T10:00:07Z' }]);
    expect(line).to.match(/, attempt 3, next at \d\d:\d\d:07: ENOSPC$/);
  });
});
