import type { Command } from 'commander';

import type { Cli } from '../cli.js';

/** `gurukul dashboard`: the web page. */
export function addDashboardCommand(program: Command, cli: Cli): void {
  program
    .command('dashboard')
    .description('web page with runs, figures and releases, until Ctrl-C')
    .option('--port <port>', 'port to listen on (default: 8234, or the next free one)')
    .option(
      '--host <address>',
      'address to listen on; beyond loopback it needs GURUKUL_DASHBOARD_TOKEN',
      '127.0.0.1',
    )
    .option('--read-only', 'shows everything and changes nothing')
    .option('--json', 'one line of JSON on stdout when it listens')
    .action(async (flags: object) => {
      const { dashboard } = await import('../verbs/dashboard.js');
      process.exitCode = await dashboard(cli, flags);
    });
}
