import { fieldPrinter, linePrinter } from '../../../client/cli/printer.js';
import { buildProgram } from '../../../client/cli/program.js';
import { reportError } from '../../../client/cli/report-error.js';
import type { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import type { Ended } from './gurukul-process.js';

/**
 * Runs a command of the command line in this process: a verb takes milliseconds then, and a test can try
 * many. One at a time, since exit status and environment are the process's own.
 *
 * @param address The Temporal server that it talks to.
 * @param cwd Where relative paths start; absent: the home.
 */
export async function gurukulHere(
  args: readonly string[],
  {
    home,
    address,
    cwd = home.root,
  }: { readonly home: Home; readonly address: string; readonly cwd?: string },
): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const cli = {
    home,
    packageRoot,
    cwd,
    self: 'gurukul',
    interactive: false,
    out: linePrinter((text) => void (stdout += text)),
    note: linePrinter((text) => void (stderr += text)),
    fields: fieldPrinter((text) => void (stdout += text)),
  };
  const before = { status: process.exitCode, address: process.env['TEMPORAL_ADDRESS'] };
  process.env['TEMPORAL_ADDRESS'] = address;
  process.exitCode = undefined;
  try {
    await buildProgram(cli)
      .parseAsync([...args], { from: 'user' })
      .catch((error: unknown) => (process.exitCode = reportError(cli, error, new Date())));
    return { status: statusNow(), stdout, stderr };
  } finally {
    process.exitCode = before.status;
    if (before.address === undefined) Reflect.deleteProperty(process.env, 'TEMPORAL_ADDRESS');
    else process.env['TEMPORAL_ADDRESS'] = before.address;
  }
}

/** Set by the verb, in between. */
function statusNow(): number {
  return Number(process.exitCode ?? 0);
}
