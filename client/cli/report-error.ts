import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { CommanderError } from 'commander';

import { diskRemedy, errorMessage, GurukulError, InvalidInputError } from '../../data/errors.js';
import { messageLines } from '../../data/text/safe-text.js';
import { maskSecrets } from '../../data/secrets/secrets.js';
import type { Cli } from './cli.js';
import type { ExitCode } from './exit.js';
import { EXIT } from './exit.js';

/**
 * Prints an error for a person and returns the exit status. Expected errors are their message; an
 * unexpected one is one line and a log with the rest.
 */
export function reportError(cli: Cli, error: unknown, now: Date): ExitCode {
  if (error instanceof CommanderError) {
    // commander has written its message already; `--help` and `--version` are no errors.
    return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  }
  if (error instanceof InvalidInputError) {
    const [first = 'the input is wrong', ...others] = error.problems;
    if (others.length === 0) cli.note(`error: ${first}`);
    else cli.note(['error:', ...error.problems.map((problem) => `  ${problem}`)]);
    return EXIT.badInput;
  }
  if (error instanceof GurukulError) {
    cli.note(messageLines(`error: ${error.message}`));
    return error.type === 'InvalidInput' ? EXIT.badInput : EXIT.failed;
  }
  const remedy = diskRemedy(error);
  if (remedy !== undefined) {
    cli.note(messageLines(`error: ${errorMessage(error)}; ${remedy}`));
    return EXIT.failed;
  }
  const log = logUnexpected(cli, error, now);
  const where = log === undefined ? '' : ` (full trace: ${log})`;
  cli.note(`unexpected error: ${errorMessage(error).split('\n')[0] ?? ''}${where}`);
  return EXIT.failed;
}

function logUnexpected(cli: Cli, error: unknown, now: Date): string | undefined {
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const trace = [
    `${now.toISOString()} ${process.argv.slice(2).join(' ')}`,
    ...traces(error),
    `node ${process.version}, ${os.platform()} ${os.arch()}`,
  ].join('\n');
  const folders = [
    () => madeFolder(cli.home.logs()),
    // Everybody writes there: a folder of our own, with a random name, holds no link of somebody else.
    () => mkdtempSync(path.join(os.tmpdir(), 'gurukul-')),
  ];
  for (const folder of folders) {
    try {
      const file = path.join(folder(), `cli-${stamp}-${process.pid}.log`);
      writeFileSync(file, `${maskSecrets(trace)}\n`, { flag: 'wx', mode: 0o600 });
      return file;
    } catch {
      // The next folder is tried; without any, the one line must do.
    }
  }
  return undefined;
}

function madeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}

function traces(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const own = error.stack ?? error.message;
  return error.cause === undefined ? [own] : [own, 'caused by:', ...traces(error.cause)];
}
