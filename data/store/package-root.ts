import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that contains package.json, whether this code runs compiled (in `dist/`) or not. */
export const packageRoot: string = findPackageRoot(path.dirname(fileURLToPath(import.meta.url)));

/** The folder of the compiled modules, wherever the code that asks has been bundled to. */
export const compiledRoot: string = path.join(packageRoot, 'dist');

function findPackageRoot(from: string): string {
  if (existsSync(path.join(from, 'package.json'))) return from;
  const parent = path.dirname(from);
  if (parent === from) throw new Error('package.json not found above the program');
  return findPackageRoot(parent);
}
