import { existsSync } from 'node:fs';
import path from 'node:path';

import { GurukulError, InvalidInputError, errorMessage } from '../../../data/errors.js';
import { bundleFolder } from '../../../data/store/stored-files.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { unknownRun } from '../find-run.js';
import { readStatusFile } from '../../runs/run-files.js';
import type { JsonFlags } from '../shared-flags.js';

export interface ReportFlags extends JsonFlags {
  readonly open?: boolean;
}

/** Where a run's briefing is; opens it where that is asked for and there is a display. */
export async function report(cli: Cli, runId: string, flags: ReportFlags): Promise<ExitCode> {
  const file = await reportOf(cli, runId);
  if (flags.json === true) cli.out(JSON.stringify({ runId, report: file }));
  else cli.out(file);
  if (flags.open === true) await openFile(cli, file);
  return EXIT.ok;
}

/** @throws InvalidInputError when there is no such run, or nothing to show of it yet. */
async function reportOf({ home, self }: Cli, runId: string): Promise<string> {
  const folder = await bundleFolder(home, runId);
  const found = ['promotion_briefing.html', 'FAILED.md']
    .map((name) => path.join(folder, name))
    .find((file) => existsSync(file));
  if (found !== undefined) return found;
  const status = await readStatusFile(home, runId);
  if (status === undefined) throw new InvalidInputError([await unknownRun(home, runId)]);
  throw new InvalidInputError([
    `run ${runId} has no report yet: its phase is ${status.phase}. See ${self} status ${runId}`,
  ]);
}

async function openFile({ note }: Cli, file: string): Promise<void> {
  if (!hasDisplay(process.platform, process.env)) {
    note('there is no display here: open this file in a browser');
    return;
  }
  const { default: open } = await import('open');
  try {
    await open(file);
  } catch (error) {
    throw new GurukulError('Bug', `cannot open ${file}: ${errorMessage(error)}`);
  }
}

/** Whether a window can be shown: on Linux only within a session with a display. */
export function hasDisplay(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((name) => name !== undefined && name !== '');
}
