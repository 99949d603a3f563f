import { expect } from 'chai';

import type { RunProgress } from '../../../workflows/contract/messages.js';
import { runDetails } from '../../../workflows/run/run-details.js';

describe('the details of a run in the Web UI', () => {
  const progress: RunProgress = {
    phase: 'done',
    startedAt: '2026-01-01T00:00:00.000Z',
    windows: { planned: 9, trainable: 9, succeeded: 9, skipped: 0, failed: 0 },
    skippedBy: {},
    failedBy: {},
    students: 1,
    cohorts: [],
    message: 'bundle verified',
  };
  const notes = { runId: 'r', eta: undefined, planned: [], training: [], bundle: '/home/release/audit_r' };

  it('end with what the briefing recommends, and which gates do not pass', () => {
    const unmet = ['Is there enough evidence? not enough data'];
    const refused = runDetails(progress, {
      ...notes,
      advice: { recommendation: 'do not promote', gates: 7, unmet },
    });
    expect(refused).to.include('**Recommendation:** do not promote: 1 of 7 gates does not pass');
    expect(refused).to.include('Is there enough evidence? not enough data');
    const promoted = runDetails(progress, {
      ...notes,
      advice: { recommendation: 'promote', gates: 7, unmet: [] },
    });
    expect(promoted).to.include('**Recommendation:** promote: all 7 gates pass');
  });

  it('say nothing of a recommendation that is not known', () => {
    expect(runDetails(progress, { ...notes, advice: undefined })).to.not.include('Recommendation');
  });
});
