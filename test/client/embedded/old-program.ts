import { condition, upsertSearchAttributes } from '@temporalio/workflow';

import { searchAttributes } from '../../../workflows/contract/search-attributes.js';

/** A run of a program that is no more: the present one cannot follow its history. */
export async function trainUniverse(): Promise<void> {
  upsertSearchAttributes([{ key: searchAttributes.phase, value: 'paused' }]);
  await condition(() => false, '1 hour');
}
