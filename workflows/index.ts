export { changeChampion } from './change-champion.js';
export { ingestUniverse } from './ingest-universe.js';
export { keepQuota } from './keep-quota.js';
export { promoteRun } from './promote-run.js';
export { scheduledRun } from './scheduled-run.js';
export { trainCohort } from './train-cohort.js';
export { trainUniverse } from './train-universe.js';
export { watchChampion } from './watch-champion.js';
