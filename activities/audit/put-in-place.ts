import type { Home } from '../../data/store/home.js';

/**
 * Publishes a run's bundle folder, whole or not at all; the bundle of an earlier attempt stays until then.
 *
 * @param check Called with the finished folder before it is put in place; throws to prevent it.
 * @returns The absolute path of the folder.
 * @throws GurukulError StoreUnavailable when it cannot be written.
 */
export async function putInPlace(
  home: Home,
  run: string,
  files: ReadonlyMap<string, Uint8Array>,
  check: (folder: string) => Promise<void>,
): Promise<string> {
  const bundle = home.bundle(run);
  await home.store.publish(home.relative(bundle), files, check);
  return bundle;
}
