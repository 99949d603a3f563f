import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { addRunFlags } from '../run-flags.js';
import type { FlagTexts } from '../run-flags.js';
import { JSON_DOCUMENT } from '../shared-flags.js';

/** `gurukul ingest`: only the ingest step of a run, or what it would find. */
export function addIngestCommand(program: Command, cli: Cli): void {
  addRunFlags(program.command('ingest').description('only the ingest step: bars into the bar store'))
    .option('--verify', 'read and check everything, write nothing, and report the coverage; needs no server')
    .option('--html <file>', 'with --verify: the coverage as a page, too, and as a table (.csv) beside it')
    .option('--embedded', 'start a Temporal server and workers of its own')
    .option(...JSON_DOCUMENT)
    .action(async (flags: FlagTexts) => {
      const { ingest } = await import('../verbs/ingest.js');
      process.exitCode = await ingest(cli, flags);
    });
}
