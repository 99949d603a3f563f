import type { FileEntry } from '../../data/schemas/bundle.js';
import { BUNDLE, cohortOfStudentFile } from './bundle-layout.js';
import type { Difference } from './differences.js';

const MIB = 1_048_576;

/** Predictions of 10,000 windows on 5-minute bars stay below it. */
const MAX_PREDICTIONS = 1024 * MIB;
/** A student has one hidden layer, and at most 256 rows of inputs. */
const MAX_STUDENT = 4 * MIB;
/** Texts, tables and plots; the longest has a line per window. */
const MAX_OTHER = 256 * MIB;
/** All of it is in memory at once. */
const MAX_TOTAL = 4096 * MIB;

/** The first file that a manifest claims to be larger than any that the program writes, before any is read. */
export function firstTooLarge(entries: readonly FileEntry[]): Difference | undefined {
  let total = 0;
  for (const { path, bytes } of entries) {
    const most = mostBytes(path);
    if (bytes > most) return { file: path, expected: `at most ${most} bytes`, found: `${bytes}` };
    total += bytes;
  }
  return total > MAX_TOTAL
    ? { file: BUNDLE.manifest, expected: `files of at most ${MAX_TOTAL} bytes together`, found: `${total}` }
    : undefined;
}

function mostBytes(path: string): number {
  if (path.startsWith('predictions/')) return MAX_PREDICTIONS;
  if (cohortOfStudentFile(path) === undefined || path.endsWith('.jsonl')) return MAX_OTHER;
  return MAX_STUDENT;
}
