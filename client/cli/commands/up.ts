import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import type { UpFlags } from '../verbs/up.js';

/** `gurukul up`: server and workers until Ctrl-C. */
export function addUpCommand(program: Command, cli: Cli): void {
  program
    .command('up')
    .description('Temporal server, Web UI and workers in the foreground, until Ctrl-C')
    .option('--accelerator <kind>', 'auto, cpu or gpu (default: auto)')
    .option('--json', 'one line of JSON on stdout when all is up')
    .action(async (flags: UpFlags) => {
      const { up } = await import('../verbs/up.js');
      process.exitCode = await up(cli, flags);
    });
}
