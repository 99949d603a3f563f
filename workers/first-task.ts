import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Logger } from 'pino';

let isFirst = true;

/** Logs the first task of this process, with the seconds since it began: the end of a run's start. */
export function firstTask(log: Logger): ActivityInterceptorsFactory {
  return ({ info: { activityType } }) => {
    if (isFirst) log.info({ activityType, seconds: performance.now() / 1000 }, 'first task');
    isFirst = false;
    return {};
  };
}
