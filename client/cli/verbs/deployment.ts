import type { Command } from 'commander';

import { InvalidInputError } from '../../../data/errors.js';
import { buildId } from '../../../temporal-config/build-id.js';
import type { Deployment } from '../../../temporal-config/deployment.js';
import { makeCurrent, readDeployment } from '../../../temporal-config/deployment.js';
import type { Cli } from '../cli.js';
import { withClient } from '../connect.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { formatTime, renderTable } from '../format.js';

interface DeploymentFlags {
  /** A build id; true: this program's own. */
  readonly current?: string | true;
  readonly json?: boolean;
}

/** `gurukul deployment NAME`: the builds of versioned workers, and which of them is current. */
export function addDeploymentVerb(program: Command, cli: Cli): void {
  program
    .command('deployment')
    .description('the builds of versioned workers; with --current: make one the current one')
    .argument('[name]', 'as workers got it with --deployment (default: GURUKUL_DEPLOYMENT, or gurukul)')
    .option('--current [build]', "hand new work to this build's workers (default: this program's own build)")
    .option('--json', 'a JSON object on stdout')
    .action(async (name: string | undefined, flags: DeploymentFlags) => {
      process.exitCode = await deployment(cli, name ?? process.env['GURUKUL_DEPLOYMENT'] ?? 'gurukul', flags);
    });
}

async function deployment(cli: Cli, name: string, { current, json }: DeploymentFlags): Promise<ExitCode> {
  const own = await buildId(cli.packageRoot);
  const found = await withClient(undefined, async ({ connection: { workflowService }, namespace }) => {
    const server = { workflowService, namespace };
    if (current !== undefined) {
      const doubt = await makeCurrent(server, name, current === true ? own : current);
      if (doubt !== undefined) cli.note(`warning: ${doubt}`);
    }
    return readDeployment(server, name);
  });
  if (found === undefined)
    throw new InvalidInputError([
      `there is no deployment ${name}: start its workers with ${cli.self} worker --role all --deployment ${name}`,
    ]);
  cli.out(json === true ? JSON.stringify({ ...found, thisBuild: own }) : describe(found, own));
  return EXIT.ok;
}

function describe({ name, builds }: Deployment, own: string): string {
  const rows = builds.map(({ id, state, currentSince, queues, polled }) => [
    id === own ? `${id} (this one)` : id,
    state,
    currentSince === null ? '' : formatTime(new Date(currentSince)),
    queues.join(' '),
    polled.join(' '),
  ]);
  return `Deployment ${name}\n\n${renderTable(['build', 'state', 'current since', 'queues', 'asked within a minute'], rows)}`;
}
