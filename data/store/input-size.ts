import { statSync } from 'node:fs';

/** No file that a person writes is as large: 10,000 symbols with all their fields have 3 MB. */
const MAX_INPUT_BYTES = 16 * 1_048_576;

/**
 * Why a universe, a configuration or a list of symbols is not read: it is too large to be one. To follow the file's
 * name; undefined for any other file, and for one that is not there.
 */
export function sizeProblem(file: string): string | undefined {
  let size: number | undefined;
  try {
    size = statSync(file, { throwIfNoEntry: false })?.size;
  } catch {
    // Whoever reads the file reports it.
  }
  return size !== undefined && size > MAX_INPUT_BYTES
    ? `has ${size} bytes; at most ${MAX_INPUT_BYTES} are read: it is not the file that is meant, or must be split`
    : undefined;
}
