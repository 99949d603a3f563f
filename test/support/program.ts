import { GurukulError, InvalidInputError, errorMessage } from '../../data/errors.js';

/** Notes why a program of the tests ends; only a bug shows its stack. @returns The exit status: 2 for bad input, 1 else. */
export function reportError(error: unknown, note: (line: string) => void): 1 | 2 {
  const text =
    error instanceof GurukulError ? errorMessage(error) : error instanceof Error ? error.stack : error;
  note(`error: ${String(text)}`);
  return error instanceof InvalidInputError ? 2 : 1;
}

/** Runs a program of the tests. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.exitCode = reportError(error, (line) => process.stderr.write(`${line}\n`));
  }
}
