/**
 * The one door to what runs leave behind: bars, units and other files of runs, bundles, decisions, scores. A home's
 * folder is one implementation (folder-store.ts); a store of objects with conditional writes can be another.
 *
 * A key is a relative path with forward slashes, such as `champions/000001.json`, and is what a FileRef has as `uri`. Its
 * content is read and written whole. What holds for every implementation:
 *
 * - **Whole.** A reader gets the complete content of one write or nothing, whenever a writer is killed.
 * - **Read after write.** What a call has written, every later call of any process reads and lists.
 * - **Several writers.** Of writers of one key each writes its own content; none is mixed with another's.
 * - **Durable.** Once {@link Store.putIfAbsent}, {@link Store.compareAndSet} or {@link Store.publish} returns, the loss of
 *   power loses nothing of it. After a {@link Store.put} the key may then have its earlier content, or none: whoever
 *   trusts such a key knows the digest of its content.
 * - **Errors.** Every call throws GurukulError StoreUnavailable where the store refuses, which is retried, and
 *   InvalidInputError for a key that is none, or that leads out of the store.
 *
 * No implementation has to notice that a content was changed behind its back: readers compare digests.
 *
 * Whoever implements it runs the tests of `test/data/store/store-contract.ts` on it. What lies in the store and what on
 * the disk of a worker is in docs/reference/files.md.
 */
export interface Store {
  /**
   * The content of a key; undefined where there is none.
   *
   * @param digest SHA-256 of the content that the caller is about, if it knows it. The store may then answer from a cache;
   * it may as well answer with another content, which the caller has to notice.
   */
  get(key: string, digest?: string): Promise<Buffer | undefined>;
  /** Facts about a key, without its content; undefined where there is none. */
  head(key: string): Promise<StoredFacts | undefined>;
  /**
   * Names directly below a folder, without it, ascending: of keys as they are, of folders with a slash at the end. Empty for
   * a folder without any; what a writer has not finished is not listed.
   */
  list(folder: string): Promise<readonly string[]>;
  /**
   * Writes a key that is not there yet.
   *
   * @returns False if the key is there: of several writers at once exactly one is told true.
   */
  putIfAbsent(key: string, content: string | Uint8Array): Promise<boolean>;
  /**
   * Writes a key, whatever is there. The last of several writers wins, and a writer that was given up may be the last: for
   * files that say the same whoever writes them, or that are trusted by a digest only.
   */
  put(key: string, content: string | Uint8Array): Promise<void>;
  /**
   * Replaces a key, a pointer, whose content is the expected one.
   *
   * @param expected Undefined: the key must not be there. A content must not come back once it was replaced.
   * @returns False if it was another; of several writers with one expectation at most one is told true.
   */
  compareAndSet(key: string, expected: string | undefined, content: string): Promise<boolean>;
  /** Removes a key; no error if it is gone. */
  remove(key: string): Promise<void>;
  /**
   * Removes all keys below a folder. It may be cut off in the middle: what refers to these keys is removed before, and what
   * is left of them afterwards.
   */
  removeFolder(folder: string): Promise<void>;
  /**
   * Publishes files as a folder, in place of all that is published there: written and verified where nobody reads them, then
   * put in place in one step. Whoever is killed before that step publishes nothing, and what was there stays. Of several at
   * once each publishes all of its files or none; the last one's stay. A reader in the moment of that step may find no
   * folder, or, reading file by file, some files of each: a manifest with digests tells.
   *
   * @param files Content by path inside the folder.
   * @param verify Is given a folder on this machine with the files as the store would give them back; throws to prevent
   * their publication.
   */
  publish(
    folder: string,
    files: ReadonlyMap<string, Uint8Array>,
    verify: (localFolder: string) => Promise<void>,
  ): Promise<void>;
  /**
   * A folder on this machine with all files that are published under a folder, for those who open files by path. It may not
   * exist where nothing is published. Nobody writes to it.
   */
  localFolder(folder: string): Promise<string>;
}

/** What a store knows of a key. */
export interface StoredFacts {
  readonly bytes: number;
  /** When it was last written, milliseconds since 1970. No result depends on it. */
  readonly writtenMs: number;
}
