import type { Command } from 'commander';

import { SYMBOL_LISTS } from '../../../data/symbols/symbol-lists.js';
import type { Cli } from '../cli.js';
import type { RefreshFlags } from '../verbs/symbols.js';
import { JSON_DOCUMENT } from '../shared-flags.js';

/** `gurukul symbols refresh`: who is who on the NSE, and by which code Breeze knows them. */
export function addSymbolsCommand(program: Command, cli: Cli): void {
  const symbols = program.command('symbols').description('the NSE symbols and the codes of ICICI Direct');
  symbols
    .command('refresh')
    .description('joins the lists of ICICI Direct and the NSE by ISIN; each a file or a URL')
    .option('--security-master <file|url>', 'SecurityMaster.zip', SYMBOL_LISTS.securityMaster)
    .option('--equity-list <file|url>', 'EQUITY_L.csv', SYMBOL_LISTS.equityList)
    .option('--symbol-changes <file|url>', 'symbolchange.csv', SYMBOL_LISTS.symbolChanges)
    .option(...JSON_DOCUMENT)
    .action(async (flags: RefreshFlags) => {
      const { refreshSymbolLists } = await import('../verbs/symbols.js');
      process.exitCode = await refreshSymbolLists(cli, flags);
    });
}
