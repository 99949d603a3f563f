import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';

/** Says when files of a folder may have changed. */
export interface FolderWatch {
  close(): void;
}

/**
 * Calls back when a file of a folder changes, and from time to time anyway: not every file system tells, and a folder
 * may be made later.
 *
 * @param changed Given the file's name, or undefined where any may have changed.
 */
export function watchFolder(
  folder: string,
  everyMs: number,
  changed: (name: string | undefined) => void,
): FolderWatch {
  let watcher: FSWatcher | undefined;
  const open = (): void => {
    try {
      watcher = watch(folder, (_kind, name) => changed(name ?? undefined));
      watcher.on('error', () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      watcher = undefined;
    }
  };
  open();
  const timer = setInterval(() => {
    if (watcher === undefined) open();
    changed(undefined);
  }, everyMs);
  return {
    close: () => {
      clearInterval(timer);
      watcher?.close();
    },
  };
}
