import { InvalidInputError } from '../../../data/errors.js';
import { didYouMean } from '../../../data/text/near-matches.js';
import { buildId } from '../../../temporal-config/build-id.js';
import type { Deployment } from '../../../temporal-config/deployment.js';
import { deploymentNames, makeCurrent, readDeployment } from '../../../temporal-config/deployment.js';
import type { Cli } from '../cli.js';
import { withClient } from '../../runs/connect.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { formatTime, renderTable } from '../format.js';

export interface DeploymentFlags {
  /** A build id; true: this program's own. */
  readonly current?: string | true;
  readonly json?: boolean;
}

/** Shows the builds of versioned workers, and makes one the current one where that is asked for. */
export async function deployment(
  cli: Cli,
  name: string,
  { current, json }: DeploymentFlags,
): Promise<ExitCode> {
  const own = await buildId(cli.packageRoot);
  const found = await withClient(undefined, async ({ connection: { workflowService }, namespace }) => {
    const server = { workflowService, namespace };
    if (current !== undefined) {
      const doubt = await makeCurrent(server, name, current === true ? own : current);
      if (doubt !== undefined) cli.note(`warning: ${doubt}`);
    }
    const known = await readDeployment(server, name);
    if (known !== undefined) return known;
    const hint = didYouMean(name, await deploymentNames(server));
    throw new InvalidInputError([
      `there is no deployment ${name}${hint}: start its workers with ${cli.self} worker --role all --deployment ${name}`,
    ]);
  });
  cli.out(json === true ? JSON.stringify({ ...found, thisBuild: own }) : describe(found, own));
  return EXIT.ok;
}

function describe({ name, builds }: Deployment, own: string): string[] {
  const rows = builds.map(({ id, state, currentSince, queues, polled }) => [
    id === own ? `${id} (this one)` : id,
    state,
    currentSince === null ? '' : formatTime(new Date(currentSince)),
    queues.join(' '),
    polled.join(' '),
  ]);
  return [
    `Deployment ${name}`,
    '',
    ...renderTable(['build', 'state', 'current since', 'queues', 'asked within a minute'], rows),
  ];
}
