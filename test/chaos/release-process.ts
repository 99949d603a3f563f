import { createPromoteActivities } from '../../activities/promote/index.js';
import { armFaultsFromEnv } from '../../data/fault-injection.js';
import { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { inActivity } from '../activities/validate/in-activity.js';
import { askedWorkflows } from '../support/asked-workflows.js';

/** A process that makes one release in a home, and may be killed by a planted fault on the way. */
const [, , root = '', what = '', runId = ''] = process.argv;
armFaultsFromEnv();
const promote = createPromoteActivities({ home: new Home(root), packageRoot, workflows: askedWorkflows() });
const about = {
  by: 'Asha',
  reason: 'beats its placebo',
  at: '2025-01-02T03:04:05.000Z',
  id: `${what} ${runId}`,
};
await inActivity<unknown>(async () =>
  what === 'approve'
    ? promote.decideRun({ ...about, runId, verdict: 'approved', override: true })
    : promote.changeChampion({ ...about, change: 'rollback' }),
);
