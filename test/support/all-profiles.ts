import type { ActivityOptions } from '@temporalio/workflow';

import { profiles, trainProfile } from '../../workflows/contract/profiles.js';

/** Every activity profile, by name. */
export const allProfiles: Readonly<Record<string, ActivityOptions>> = {
  ...profiles,
  'train.cpu': trainProfile('train.cpu'),
  'train.gpu': trainProfile('train.gpu'),
};
