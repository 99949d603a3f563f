import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { GurukulError, InvalidInputError, errorMessage } from '../../data/errors.js';
import { Home } from '../../data/store/home.js';

/** Prints a line for a person, at once. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a benchmark in a temporary home, which is deleted afterwards. Exit status: 0 ok, 1 failed, 2 bad input.
 *
 * @param work Returns the figures that `--json` prints as the last line.
 */
export async function benchmark(
  work: (home: Home) => Promise<{ json: boolean; figures: object }>,
): Promise<void> {
  const root = await mkdtemp(path.join(tmpdir(), 'gurukul-bench-'));
  try {
    const { json, figures } = await work(new Home(root));
    if (json) print(JSON.stringify(figures));
  } catch (error) {
    const known = error instanceof GurukulError;
    process.stderr.write(
      `${known ? errorMessage(error) : String(error instanceof Error ? error.stack : error)}\n`,
    );
    process.exitCode = error instanceof InvalidInputError ? 2 : 1;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
