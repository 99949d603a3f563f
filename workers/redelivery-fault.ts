import type { ActivityInterceptorsFactory } from '@temporalio/worker';

import { faultPoint } from '../data/fault-points.js';

/**
 * Delivers an activity a second time after it was done, where that fault is armed, as a server may do that lost the answer;
 * or ends the process before the server has it.
 */
export const redeliveryFault: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next): Promise<unknown> {
      const result = await next(input);
      const fault = faultPoint('worker.activity', context.info.activityType);
      if (fault?.do === 'kill') process.kill(process.pid, 'SIGKILL');
      return fault === undefined ? result : next(input);
    },
  },
});
