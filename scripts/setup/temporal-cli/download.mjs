// @ts-check
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { TEMPORAL_CLI } from '../../shared/pins.mjs';
import { run, tail } from '../../shared/command.mjs';
import { SetupProblem, messageOf } from '../../shared/problem.mjs';
import { longStep } from '../../shared/report.mjs';

const ANSWER_MS = 10_000;
const WHOLE_MS = 5 * 60_000;

/**
 * The official archive of the CLI. Its makers publish no digest beside it, so it is checked by running it.
 * @param {string} folder
 * @returns {Promise<string>} The program.
 */
export async function downloadTemporalCli(folder) {
  const platform = process.platform;
  const arch = new Map([
    ['x64', 'amd64'],
    ['arm64', 'arm64'],
  ]).get(process.arch);
  if ((platform !== 'linux' && platform !== 'darwin') || arch === undefined)
    throw new SetupProblem(`there is no official download of it for ${platform} ${process.arch}`);
  const { host, href } = new URL(
    `https://temporal.download/cli/archive/v${TEMPORAL_CLI.version}?platform=${platform}&arch=${arch}`,
  );
  const archive = path.join(folder, 'temporal.tar.gz');
  await longStep(`downloading the Temporal CLI ${TEMPORAL_CLI.version}`, '20 s', () =>
    download(href, archive).catch((error) => {
      throw new SetupProblem(`the official download (${host}) did not work: ${reason(error)}`);
    }),
  );
  const unpacked = await run('tar', ['-xzf', archive, '-C', folder, 'temporal']);
  if (!unpacked.ok)
    throw new SetupProblem(`the download cannot be unpacked with tar: ${tail(unpacked.output, 3)}`);
  return path.join(folder, 'temporal');
}

/**
 * @param {string} url
 * @param {string} file
 */
async function download(url, file) {
  // Two timers and not AbortSignal.timeout, which is collected as garbage where only AbortSignal.any knows of
  // it, and then never fires (Node 20).
  const control = new AbortController();
  const within = (/** @type {number} */ ms, /** @type {string} */ what) =>
    setTimeout(() => control.abort(new Error(`no ${what} within ${ms / 1000} s`)), ms);
  const answer = within(ANSWER_MS, 'answer');
  const whole = within(WHOLE_MS, 'whole download');
  try {
    const response = await fetch(url, { signal: control.signal }).finally(() => clearTimeout(answer));
    if (!response.ok || response.body === null) throw new Error(`it answered ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
  } finally {
    clearTimeout(whole);
  }
}

/**
 * `fetch failed` hides the reason one level down.
 * @param {unknown} error
 * @returns {string}
 */
function reason(error) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return messageOf(cause);
}
