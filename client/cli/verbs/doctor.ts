import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';

const SIGNS = { ok: '✓', warning: '!', problem: '✗' } as const;

/** `gurukul doctor`: looks at everything a run needs and says what to mend. */
export function addDoctorVerb(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .description('checks this machine and says what to fix')
    .option('--json', 'a JSON array of checks on stdout')
    .action(async (flags: { readonly json?: boolean }) => {
      process.exitCode = await doctor(cli, flags.json === true);
    });
}

async function doctor(cli: Cli, json: boolean): Promise<ExitCode> {
  const { runDoctor } = await import('../../../temporal-config/doctor.js');
  const checks = await runDoctor({ home: cli.home, packageRoot: cli.packageRoot });
  const wrong = checks.filter(({ status }) => status === 'problem').length;
  if (json) {
    cli.out(JSON.stringify(checks));
  } else {
    const width = Math.max(...checks.map(({ name }) => name.length));
    for (const { name, status, detail, remedy } of checks) {
      cli.out(`${SIGNS[status]} ${name.padEnd(width)}  ${detail}`);
      if (remedy !== undefined) cli.out(`  ${''.padEnd(width)}  → ${remedy}`);
    }
    cli.out(wrong === 0 ? 'everything that a run needs is there' : `${wrong} to be fixed before a run`);
  }
  return wrong === 0 ? EXIT.ok : EXIT.badInput;
}
