import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Bytes of the files of a folder by its subfolders; `.` has those that lie in it. */
export async function bytesByFolder(root: string): Promise<Record<string, number>> {
  const bytes: Record<string, number> = {};
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const [first = '.', ...rest] = path.relative(root, file).split(path.sep);
    const folder = rest.length === 0 ? '.' : first;
    bytes[folder] = (bytes[folder] ?? 0) + (await stat(file)).size;
  }
  return bytes;
}
