/** Without these, tasks are not handed out by priority: the matcher that knows priorities, and one queue instead of four parts of it that do not know of each other. */
const BY_PRIORITY = [
  'matching.useNewMatcher=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
];

/**
 * How often a second the server looks for what is to be handed to workers, to timers and to its list. The
 * usual 20 is for clusters, which have hundreds of shards that look at one database. A server with a single
 * shard makes each step of a run wait up to 50 ms, twice: a run of 30 steps took 3.4 s in place of 1.1 s.
 */
const LOOKS_A_SECOND = 200;
const AT_ONCE = ['transfer', 'timer', 'visibility'].map(
  (queue) => `history.${queue}ProcessorMaxPollRPS=${LOOKS_A_SECOND}`,
);

/**
 * How long a worker's poll waits for a task, instead of a minute. With version 1.29.1 a task was once seen to lie in its
 * queue for 62 s, until the poll of an idle worker had ended and the next one came: such a wait is shorter now, and more
 * polls cost nothing on loopback.
 */
const POLLS = ['matching.longPollExpirationInterval="10s"'];

/**
 * Settings that a server of this home is started with. Of a cluster's, only the matcher matters, which its
 * operators set in its dynamic configuration.
 */
export const SERVER_SETTINGS: readonly string[] = [...BY_PRIORITY, ...AT_ONCE, ...POLLS];
