import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { JSON_LINE } from '../shared-flags.js';
import type { ClusterFlags } from '../verbs/cluster.js';

/** `gurukul cluster setup`: makes a Temporal cluster on PostgreSQL ready, once or again. */
export function addClusterCommand(program: Command, cli: Cli): void {
  const cluster = program.command('cluster').description('a Temporal cluster of your own');
  cluster
    .command('setup')
    .description('make databases, namespace and search attributes, once or again')
    .option('--history-shards <n>', 'those of its server (default: TEMPORAL_HISTORY_SHARDS, or 512)')
    .option('--retention <days>', 'how long ended workflows stay', '30')
    .option('--sql-tool <program>', "Temporal's tool for databases", 'temporal-sql-tool')
    .option('--wait <seconds>', 'to wait for a server', '60')
    .option(...JSON_LINE)
    .action(async (flags: ClusterFlags) => {
      const { clusterSetup } = await import('../verbs/cluster.js');
      process.exitCode = await clusterSetup(cli, flags);
    });
}
