import type { Command } from 'commander';

import type { Cli } from '../cli.js';

/** `gurukul doctor`: looks at everything a run needs, or at a provider, and says what to fix. */
export function addDoctorCommand(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .description('checks this machine, or a provider, and says what to fix')
    .option('--source <name>', 'look at a provider instead: log in, ask for some bars, compare (two calls)')
    .option('--interval <interval>', 'with --source: 1day or 5minute (default: 1day)')
    .option('--record <dir>', 'with --source: keep its answer as it came')
    .option('--json', 'a JSON array of checks on stdout')
    .action(async (flags: object) => {
      const { doctor } = await import('../verbs/doctor.js');
      process.exitCode = await doctor(cli, flags);
    });
}
