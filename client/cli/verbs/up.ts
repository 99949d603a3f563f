import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import { ACCELERATORS } from '../../../data/schemas/run-choices.js';
import type { RunInput } from '../../../data/schemas/run-input.js';
import { homeProblems } from '../home-problems.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { aborted } from '../interrupt.js';
import { withEmbedded } from '../session.js';

export interface UpFlags {
  readonly accelerator?: string;
  readonly json?: boolean;
}

/** Server and workers until Ctrl-C. */
export async function up(cli: Cli, { accelerator: kind, json }: UpFlags): Promise<ExitCode> {
  const accelerator = readAccelerator(kind);
  const problems = homeProblems(cli.home.root);
  if (problems.length > 0) throw new InvalidInputError(problems);
  return withEmbedded(cli, accelerator, async ({ embedded, interrupts }) => {
    const { address, namespace, uiUrl } = embedded;
    if (json === true)
      cli.out(JSON.stringify({ address, namespace, uiUrl, home: cli.home.root, pid: process.pid }));
    else {
      cli.out([
        `Temporal   ${address}, namespace ${namespace}`,
        `Web UI     ${uiUrl}`,
        `Home       ${cli.home.root}`,
        `Logs       ${cli.home.logs()}`,
        'Unfinished runs continue by themselves. Start one from another terminal: gurukul run',
        'Ctrl-C ends the workers in order, then the server.',
      ]);
    }
    await Promise.race([aborted(interrupts.signal), embedded.lost]);
    return EXIT.ok;
  });
}

function readAccelerator(text = 'auto'): RunInput['accelerator'] {
  const parsed = z.enum(ACCELERATORS).safeParse(text);
  if (!parsed.success) throw new InvalidInputError([`--accelerator: must be auto, cpu or gpu, not ${text}`]);
  return parsed.data;
}
