import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { packageRoot } from '../../data/store/package-root.js';

/** A Markdown file of the repository. */
export interface Page {
  /** Path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Folders that hold no page of ours. */
const SKIPPED = ['node_modules', 'dist', 'var', 'coverage', '.git'];

/** Every Markdown file of the repository, sorted by path. */
export function allPages(): Page[] {
  return markdownIn('').map(readPage);
}

/** @param file Path from the repository's root. */
export function readPage(file: string): Page {
  return { path: file, text: readFileSync(path.join(packageRoot, file), 'utf8') };
}

function markdownIn(folder: string): string[] {
  return readdirSync(path.join(packageRoot, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const inside = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.includes(entry.name) ? [] : markdownIn(inside);
      return entry.isFile() && entry.name.endsWith('.md') ? [inside] : [];
    })
    .sort();
}
