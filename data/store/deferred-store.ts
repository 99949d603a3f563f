import type { Store } from './store.js';

/** A store that is opened when it is first asked, again after it could not be: every command has a home, and few of them ask it for anything. */
export function deferredStore(open: () => Promise<Store>): Store {
  let opened: Promise<Store> | undefined;
  const store = async (): Promise<Store> => {
    opened ??= open();
    try {
      return await opened;
    } catch (error) {
      // One that does not answer now may do so later.
      opened = undefined;
      throw error;
    }
  };
  return {
    get: async (key, digest) => (await store()).get(key, digest),
    head: async (key) => (await store()).head(key),
    list: async (folder) => (await store()).list(folder),
    putIfAbsent: async (key, content) => (await store()).putIfAbsent(key, content),
    put: async (key, content) => (await store()).put(key, content),
    compareAndSet: async (key, expected, content) => (await store()).compareAndSet(key, expected, content),
    remove: async (key) => (await store()).remove(key),
    removeFolder: async (folder) => (await store()).removeFolder(folder),
    publish: async (folder, files, verify) => (await store()).publish(folder, files, verify),
    localFolder: async (folder) => (await store()).localFolder(folder),
  };
}
