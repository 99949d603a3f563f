import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import type { JsonFlags } from '../shared-flags.js';
import { JSON_DOCUMENT, RUN } from '../shared-flags.js';

/** `gurukul explain`: one probability back to model, rows, bars and source. */
export function addExplainCommand(program: Command, cli: Cli): void {
  program
    .command('explain')
    .description('one probability back to model, rows, bars and source')
    .argument(...RUN)
    .argument('<symbol>', 'NSE symbol')
    .argument('<date>', 'YYYY-MM-DD; of 5-minute bars also YYYY-MM-DDTHH:MM')
    .option(...JSON_DOCUMENT)
    .action(async (run: string, symbol: string, date: string, { json = false }: JsonFlags) => {
      const { explain } = await import('../verbs/explain.js');
      process.exitCode = await explain(cli, { run, symbol: symbol.toUpperCase(), date }, json);
    });
}
