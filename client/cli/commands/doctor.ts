import type { Command } from 'commander';

import { INTERVALS } from '../../../data/schemas/run-choices.js';
import { PROVIDERS } from '../../../data/sources/provider.js';
import type { Cli } from '../cli.js';
import { choiceFlag } from '../run-flags.js';

/** `gurukul doctor`: looks at everything a run needs, or at a provider, and says what to fix. */
export function addDoctorCommand(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .description('checks this machine, or a provider, and says what to fix')
    .addOption(
      choiceFlag(
        '--source <name>',
        'check a provider instead: log in, ask for some bars, compare (two calls)',
        PROVIDERS,
      ),
    )
    .addOption(
      choiceFlag('--interval <interval>', 'with --source: length of a bar (default: 1day)', INTERVALS),
    )
    .option('--record <dir>', 'with --source: keep its answer as it came')
    .option('--json', 'a JSON array of checks on stdout')
    .action(async (flags: object) => {
      const { doctor } = await import('../verbs/doctor.js');
      process.exitCode = await doctor(cli, flags);
    });
}
