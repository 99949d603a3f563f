import path from 'node:path';

import { z } from 'zod';

import { InvalidInputError } from '../errors.js';
import type { Store } from './store.js';

const MIB = 1_048_576;
/** What copies of a remote store may take of this machine's disk, in MiB. */
const USUAL_CACHE_MIB = 10_240;
const cacheMib = z.coerce.number().int().min(1);

/**
 * The store of a home: its folder, or the bucket that `GURUKUL_STORE` names.
 *
 * @param root Absolute path of the home.
 * @throws InvalidInputError when the settings are wrong.
 * @throws GurukulError StoreUnavailable when the store does not answer.
 */
export async function openStore(root: string, env: NodeJS.ProcessEnv): Promise<Store> {
  const { storeAddress } = await import('./s3/store-address.js');
  const address = storeAddress(env);
  if (address === undefined) {
    const { folderStore } = await import('./folder-store.js');
    return folderStore(root);
  }
  const limit = cacheMib.safeParse(env['GURUKUL_STORE_CACHE_MIB'] ?? USUAL_CACHE_MIB);
  if (!limit.success)
    throw new InvalidInputError(['GURUKUL_STORE_CACHE_MIB must be a whole number of MiB, at least 1']);
  const [{ connectS3 }, { S3Objects }, { LocalCopies }, { s3Store }] = await Promise.all([
    import('./s3/connect.js'),
    import('./s3/objects.js'),
    import('./s3/local-copies.js'),
    import('./s3/s3-store.js'),
  ]);
  const client = await connectS3(address, env);
  const copies = new LocalCopies(path.join(root, 'cache', 'store'), limit.data * MIB);
  return s3Store(new S3Objects(client, address), copies, root);
}
