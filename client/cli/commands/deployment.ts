import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import type { DeploymentFlags } from '../verbs/deployment.js';

/** `gurukul deployment NAME`: the builds of versioned workers, and which of them is current. */
export function addDeploymentCommand(program: Command, cli: Cli): void {
  program
    .command('deployment')
    .description('the builds of versioned workers; with --current: make one the current one')
    .argument('[name]', 'as workers got it with --deployment (default: GURUKUL_DEPLOYMENT, or gurukul)')
    .option('--current [build]', "hand new work to this build's workers (default: this program's own build)")
    .option('--json', 'a JSON object on stdout')
    .action(async (name: string | undefined, flags: DeploymentFlags) => {
      const { deployment } = await import('../verbs/deployment.js');
      process.exitCode = await deployment(cli, name ?? process.env['GURUKUL_DEPLOYMENT'] ?? 'gurukul', flags);
    });
}
