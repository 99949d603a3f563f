import path from 'node:path';

import type { Home } from '../../data/store/home.js';
import { homeFromEnv } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import type { Lines } from './printer.js';
import { fieldPrinter, linePrinter } from './printer.js';

/** What every verb gets: where it runs and where it writes. */
export interface Cli {
  readonly home: Home;
  readonly packageRoot: string;
  /** Folder that relative paths of the command line start from. */
  readonly cwd: string;
  /** How this program is called, for commands to copy: `npx gurukul` where npm started it. */
  readonly self: string;
  /** True when a person looks at stderr, where progress goes. */
  readonly interactive: boolean;
  /** A result, to stdout: each line escaped, so that no text from outside makes a line or a control sequence. */
  readonly out: (lines: Lines) => void;
  /** Progress or a remark, to stderr, escaped like a result. */
  readonly note: (lines: Lines) => void;
  /** Values for another program, to stdout, with tabs between them. */
  readonly fields: (values: readonly string[]) => void;
}

/** The command line of this process. */
export function processCli(env: NodeJS.ProcessEnv = process.env): Cli {
  ignoreBrokenPipes();
  return {
    home: homeFromEnv(packageRoot, env),
    packageRoot,
    cwd: startFolder(env),
    self: env['npm_command'] === undefined ? 'gurukul' : 'npx gurukul',
    interactive: process.stderr.isTTY && env['CI'] === undefined && env['TERM'] !== 'dumb',
    out: linePrinter((text) => process.stdout.write(text)),
    note: linePrinter((text) => process.stderr.write(text)),
    fields: fieldPrinter((text) => process.stdout.write(text)),
  };
}

/** `npm start` runs in the package's folder; what its user typed is relative to where they were. */
function startFolder(env: NodeJS.ProcessEnv): string {
  const typedIn = env['npm_lifecycle_event'] === 'start' ? env['INIT_CWD'] : undefined;
  return path.resolve(typedIn ?? '.');
}

/** A reader that leaves early (`gurukul list | head -1`) ends neither the command nor a run it hosts. */
function ignoreBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Waits until a stream has given everything to the system, so that leaving cuts nothing off. */
export async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || !stream.writable) return;
  await new Promise<void>((resolve) => stream.write('', () => resolve()));
}
