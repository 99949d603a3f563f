import { closeSync, openSync, readSync } from 'node:fs';

/** Size up to which files that a user names are read whole: lists of symbols, universes, configurations. */
export const MAX_INPUT_BYTES = 16 * 1_048_576;

const BLOCK = 65_536;

/**
 * Reads a text file that somebody else may have made, without ever holding more of it than the limit. Devices and pipes,
 * which have no size, are read the same way.
 *
 * @returns Undefined when the file is larger.
 * @throws Error of the system when it cannot be read.
 */
export function readBounded(file: string, limit = MAX_INPUT_BYTES): string | undefined {
  const descriptor = openSync(file, 'r');
  try {
    const blocks: Buffer[] = [];
    for (let bytes = 0; bytes <= limit;) {
      const block = Buffer.alloc(BLOCK);
      const read = readSync(descriptor, block, 0, BLOCK, null);
      if (read === 0) return Buffer.concat(blocks).toString('utf8');
      blocks.push(block.subarray(0, read));
      bytes += read;
    }
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** Why such a file is refused, and what to do. */
export function tooLargeText(file: string): string {
  return `${file} is larger than ${MAX_INPUT_BYTES / 1_048_576} MiB, more than any such file needs: name another file`;
}
