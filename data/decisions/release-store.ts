/**
 * Where the log of decisions and the pointer to the champion are kept. The home's folder is one; a store of objects
 * with conditional writes can be another. Keys are paths with forward slashes, such as `champions/000001.json`.
 *
 * Whoever implements it runs the tests of `test/data/decisions/release-store-contract.ts` on it.
 */
export interface ReleaseStore {
  /** The content of a key; undefined where there is none. Never a part of it. */
  get(key: string): Promise<Buffer | undefined>;
  /**
   * Writes a key that is not there yet, whole and durable, or not at all.
   *
   * @returns False if the key is there: of several writers at once exactly one is told true.
   */
  putIfAbsent(key: string, content: string): Promise<boolean>;
  /** Names of the keys directly below a folder, without it, ascending. */
  list(folder: string): Promise<readonly string[]>;
  /**
   * Replaces a key whose content is the expected one.
   *
   * @param expected Undefined: the key must not be there. A content must not come back once it was replaced.
   * @returns False if it was another; of several writers with one expectation at most one is told true.
   */
  compareAndSet(key: string, expected: string | undefined, content: string): Promise<boolean>;
  /** Removes a key that a newer one has replaced, such as an earlier head of the log; no error if it is gone. */
  removeReplaced(key: string): Promise<void>;
}
