/**
 * Settings of a Temporal server without which tasks are not handed out by priority: the matcher that knows
 * priorities, and one queue instead of four parts of it that do not know of each other. A server of this
 * home is started with them; a cluster's operators set the first in its dynamic configuration.
 */
export const SERVER_SETTINGS: readonly string[] = [
  'matching.useNewMatcher=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
];
