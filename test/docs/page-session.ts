import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { packageRoot } from '../../data/store/package-root.js';
import { codeBlocks } from './markdown.js';
import type { Page } from './pages.js';

/** A block of commands that a test runs, and what the page says that they print. */
export interface RunnableBlock {
  readonly page: string;
  readonly line: number;
  readonly commands: string;
  /** Exit status of its last command. */
  readonly exit: number;
  /** Undefined where the page shows nothing. */
  readonly shown: string | undefined;
}

/** What became of a block. */
export interface BlockResult {
  readonly status: number | undefined;
  readonly printed: string;
}

/**
 * The blocks of a page that are run: those marked `sh run`, or `sh run exit=1` where the last command ends with
 * that status. A block marked `text` that follows at once shows what they print.
 */
export function runnableBlocks({ path: page, text }: Page): RunnableBlock[] {
  const blocks = codeBlocks(text);
  return blocks.flatMap(({ info, code, line }, index) => {
    const marked = /^sh run(?: exit=(\d+))?$/.exec(info);
    if (marked === null) return [];
    const next = blocks[index + 1];
    const shown = next?.info === 'text' ? next.code : undefined;
    return [{ page, line, commands: code, exit: Number(marked[1] ?? 0), shown }];
  });
}

/** What no clone has: what was made in this one. */
const NOT_OF_A_CLONE = ['.git', 'var', 'mybars', 'mysplit', 'mine.json'];

/**
 * A clone of the project as far as commands can tell: its files, and a home of its own. Commands of all blocks
 * run in one shell, one after the other, as a reader would type them.
 */
export class PageSession {
  readonly root = mkdtempSync(path.join(tmpdir(), 'gurukul-pages-'));
  readonly home = path.join(this.root, 'var');
  private readonly scratch = mkdtempSync(path.join(tmpdir(), 'gurukul-pages-out-'));

  constructor() {
    for (const name of readdirSync(packageRoot))
      if (!NOT_OF_A_CLONE.includes(name))
        symlinkSync(path.join(packageRoot, name), path.join(this.root, name));
  }

  /**
   * Runs blocks until one ends with another status than the page says.
   *
   * @returns One result a block; those after the first that failed have no status.
   */
  async run(blocks: readonly RunnableBlock[]): Promise<BlockResult[]> {
    const script = path.join(this.scratch, 'session.sh');
    writeFileSync(script, blocks.map((block, index) => this.stepsOf(block, index)).join('\n'));
    const shell = spawn('bash', ['--noprofile', '--norc', script], {
      cwd: this.root,
      env: {
        ...process.env,
        GURUKUL_HOME: this.home,
        npm_config_update_notifier: 'false',
        // As in a shell of a user, whom npm has not started.
        npm_command: undefined,
        npm_lifecycle_event: undefined,
        INIT_CWD: undefined,
      },
      stdio: 'ignore',
      detached: true,
    });
    const leave = (): void => {
      if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGTERM');
    };
    process.once('exit', leave);
    await new Promise((resolve, reject) => {
      shell.once('error', reject);
      shell.once('close', resolve);
    });
    process.off('exit', leave);
    return blocks.map((_block, index) => ({
      status: this.statusOf(index),
      printed: readIfExists(this.outputOf(index)) ?? '',
    }));
  }

  remove(): void {
    for (const folder of [this.root, this.scratch]) rmSync(folder, { recursive: true, force: true });
  }

  /** Each command in turn, in the session's own shell; the session ends after one that ends otherwise than told. */
  private stepsOf({ commands, exit }: RunnableBlock, index: number): string {
    const lines = commands
      .replaceAll(/\\\n\s*/g, ' ')
      .split('\n')
      .filter((line) => line.trim() !== '');
    const output = this.outputOf(index);
    return lines
      .flatMap((line, at) => [
        `{ ${line}\n} >> '${output}' 2>&1`,
        `echo $? > '${output}.status'`,
        `[ "$(cat '${output}.status')" = ${at === lines.length - 1 ? exit : 0} ] || exit 1`,
      ])
      .join('\n');
  }

  private outputOf(index: number): string {
    return path.join(this.scratch, `block-${index}`);
  }

  private statusOf(index: number): number | undefined {
    const text = readIfExists(`${this.outputOf(index)}.status`);
    return text === undefined ? undefined : Number(text);
  }
}

function readIfExists(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
