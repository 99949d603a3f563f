import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import { ACCELERATORS } from '../../../data/schemas/run-choices.js';
import type { RunInput } from '../../../data/schemas/run-input.js';
import { choosePort } from '../../../temporal-config/ports.js';
import { homeProblems } from '../home-problems.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { aborted } from '../interrupt.js';
import { withEmbedded } from '../session.js';
import { DASHBOARD_PORT, HERE_ALONE, openDashboard } from './dashboard.js';

export interface UpFlags {
  readonly accelerator?: string;
  readonly json?: boolean;
}

/** Server, workers and page until Ctrl-C. */
export async function up(cli: Cli, { accelerator: kind, json }: UpFlags): Promise<ExitCode> {
  const accelerator = readAccelerator(kind);
  const problems = homeProblems(cli.home.root);
  if (problems.length > 0) throw new InvalidInputError(problems);
  return withEmbedded(cli, accelerator, async ({ embedded, interrupts }) => {
    const { address, namespace, uiUrl } = embedded;
    const port = await choosePort('the dashboard', undefined, DASHBOARD_PORT, cli.note);
    const page = await openDashboard(cli, { ...HERE_ALONE, port }, uiUrl);
    if (json === true)
      cli.out(
        JSON.stringify({
          ...{ address, namespace, uiUrl, dashboardUrl: page.url },
          ...{ home: cli.home.root, pid: process.pid },
        }),
      );
    else {
      cli.out([
        `Dashboard  ${page.url}`,
        `Temporal   ${address}, namespace ${namespace}`,
        `Web UI     ${uiUrl}`,
        `Home       ${cli.home.root}`,
        `Logs       ${cli.home.logs()}`,
        'Unfinished runs continue by themselves. Start one from another terminal: gurukul run',
        'Ctrl-C ends the workers in order, then the server.',
      ]);
    }
    try {
      await Promise.race([aborted(interrupts.signal), embedded.lost]);
    } finally {
      await page.close();
    }
    return EXIT.ok;
  });
}

function readAccelerator(text = 'auto'): RunInput['accelerator'] {
  const parsed = z.enum(ACCELERATORS).safeParse(text);
  if (!parsed.success) throw new InvalidInputError([`--accelerator: must be auto, cpu or gpu, not ${text}`]);
  return parsed.data;
}
