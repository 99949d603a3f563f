import type { Command } from 'commander';

import { MOST_TRAINERS, ROLES, WORKER_ACCELERATORS } from '../../../data/schemas/worker-roles.js';
import type { Cli } from '../cli.js';
import { choiceFlag } from '../run-flags.js';
import type { WorkerFlags } from '../verbs/worker.js';

/** `gurukul worker`: one worker process against the Temporal server that the environment names. */
export function addWorkerCommand(program: Command, cli: Cli): void {
  program
    .command('worker')
    .description('one worker process, until Ctrl-C; logs are JSON lines on stderr')
    .addOption(
      choiceFlag('--role <roles>', 'what it works on, several with commas', [
        ...ROLES,
        'all',
      ]).makeOptionMandatory(),
    )
    .addOption(
      choiceFlag('--accelerator <kind>', 'what a train worker trains on (default: cpu)', WORKER_ACCELERATORS),
    )
    .option(
      '--devices <list>',
      `GPU devices, as 0,1: a trainer for each, and another each time that one is named again (default: the first, with up to ${MOST_TRAINERS} trainers)`,
    )
    .option(
      '--deployment <name>',
      'version this worker by its build, in the deployment of this name (default: GURUKUL_DEPLOYMENT, or unversioned)',
    )
    .option(
      '--trainers <n>',
      `trainer processes of a CPU worker (default: one a core, at most ${MOST_TRAINERS})`,
    )
    .option('--slots <n>', 'threads of the roles io and cpu that compute (default: one a core)')
    .option(
      '--metrics-port <port>',
      'port of /metrics, /healthz and /readyz, or off (default: GURUKUL_METRICS_PORT, or any free one)',
    )
    .option(
      '--metrics-host <address>',
      'address that they listen on (default: GURUKUL_METRICS_HOST, or 127.0.0.1)',
    )
    .option('--json', 'accepted as everywhere; a worker always prints one line of JSON when it polls')
    .action(async (flags: WorkerFlags) => {
      const { worker } = await import('../verbs/worker.js');
      process.exitCode = await worker(cli, flags);
    });
}
