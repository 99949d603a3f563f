import path from 'node:path';

import type { Home } from '../../data/store/home.js';
import { failedWindows } from '../../data/telemetry/failed-windows.js';
import type { AuditActivities } from './activities.js';
import { boundedFailures, renderFailureNotice } from './failure-notice.js';
import { putInPlace } from './put-in-place.js';

/** The activity that says, in the bundle's place, why there is none. */
export function createNoticeActivities({
  home,
}: {
  readonly home: Home;
}): Pick<AuditActivities, 'writeFailureNotice'> {
  return {
    async writeFailureNotice({ config, message, failedBy, nothingTrained }) {
      const failed = await failedWindows(home, config.runId);
      const text = renderFailureNotice(config, { message, failedBy, nothingTrained }, failed);
      const folder = await putInPlace(home, config.runId, new Map([['FAILED.md', Buffer.from(text)]]), () =>
        Promise.resolve(),
      );
      return { notice: path.join(folder, 'FAILED.md'), failures: boundedFailures(config.runId, failed) };
    },
  };
}
