import { randomUUID } from 'node:crypto';

import type { NativeConnection } from '@temporalio/worker';
import { z } from 'zod';

import { GurukulError, InvalidInputError } from '../data/errors.js';
import { shellWord } from '../data/text/shell-word.js';
import type { Home } from '../data/store/home.js';
import { createStored, readStoredJson } from '../data/store/stored-files.js';
import { grpcCode } from './connection.js';

/** Key in the namespace's data that holds the id of the home whose workers serve it. */
const CLAIM = 'gurukul-home';

const GRPC_PERMISSION_DENIED = 7;
const GRPC_UNIMPLEMENTED = 12;

const identitySchema = z.object({ id: z.uuid() });

/**
 * Claims a namespace for a home, or finds that it is claimed already. Tasks name files by their place in a home,
 * so a worker may only take tasks of its own home: one namespace serves one home, whose id is in its data.
 *
 * @returns False when the server allows no claim (a namespace that is administered elsewhere).
 * @throws InvalidInputError when the namespace belongs to another home.
 */
export async function claimNamespace(
  { workflowService }: NativeConnection,
  namespace: string,
  home: Home,
): Promise<boolean> {
  const id = await homeId(home);
  const claimedBy = async (): Promise<string | undefined> =>
    (await workflowService.describeNamespace({ namespace })).namespaceInfo?.data?.[CLAIM];
  try {
    const before = await claimedBy();
    if (before === undefined || before === '')
      await workflowService.updateNamespace({ namespace, updateInfo: { data: { [CLAIM]: id } } });
    const owner = await claimedBy();
    if (owner === id) return true;
    throw new InvalidInputError([
      `namespace "${namespace}" of this Temporal server serves another home than ${home.root}: ` +
        'this worker would take tasks whose files it does not have. Set TEMPORAL_NAMESPACE to a namespace of its own, ' +
        'TEMPORAL_ADDRESS to another server, or GURUKUL_HOME to the home that the namespace serves',
      `if that home is gone for good: temporal operator namespace update --namespace ${shellWord(namespace)} --data ${CLAIM}=${id}`,
    ]);
  } catch (error) {
    if ([GRPC_PERMISSION_DENIED, GRPC_UNIMPLEMENTED].includes(grpcCode(error) ?? -1)) return false;
    throw error;
  }
}

/** Id of a home, which moves with its store, so that workers who share a bucket are of one home: made on first use. */
async function homeId(home: Home): Promise<string> {
  const file = home.identity();
  const known = (await readStoredJson(home, file, identitySchema))?.id;
  if (known !== undefined) return known;
  await createStored(home, file, `${JSON.stringify({ id: randomUUID() })}\n`);
  const made = (await readStoredJson(home, file, identitySchema))?.id;
  if (made === undefined) throw new GurukulError('StoreUnavailable', `cannot read ${file} after writing it`);
  return made;
}
