import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import type { FlagTexts } from '../run-flags.js';
import { addRunFlags } from '../run-flags.js';
import { JSON_DOCUMENT } from '../shared-flags.js';

/** `gurukul actions …`: splits, bonuses and demergers, which bars as traded are adjusted for. */
export function addActionsCommand(program: Command, cli: Cli): void {
  const actions = program
    .command('actions')
    .description('corporate actions: splits, bonuses, demergers that bars are adjusted for');
  actions
    .command('list')
    .description(
      "the project's list and your own, merged: each action with its factor, its list and its evidence",
    )
    .argument('[symbols...]', 'NSE symbols; former ones count too (default: all)')
    .option('--bars <dir>', 'folder of bar files whose corporate_actions.csv counts too')
    .option(...JSON_DOCUMENT)
    .action(async (symbols: string[], flags: FlagTexts) => {
      const { listActions } = await import('../verbs/list-actions.js');
      process.exitCode = await listActions(cli, symbols, flags);
    });
  actions
    .command('add')
    .description("adds an action, or all of an NSE download, to your own list; it wins over the project's")
    .argument('[symbol]', 'NSE symbol')
    .argument('[ex_date]', 'first day at the new price: YYYY-MM-DD or 15-Sep-2022')
    .argument('[factor]', 'prices before are divided by it: 5, 1.5 or 4/3; 1 takes a listed action away')
    .option('--kind <text>', 'split 10:2, bonus 1:1, demerger; none takes a listed action away')
    .option('--evidence <text>', 'how it is known: a circular, a page, bars')
    .option(
      '--file <csv>',
      "the NSE's download of corporate actions, or a list with symbol,ex_date,price_factor,kind",
    )
    .option('--replace', 'win over rows of your own list that have another factor')
    .option(...JSON_DOCUMENT)
    .action(
      async (
        symbol: string | undefined,
        exDate: string | undefined,
        factor: string | undefined,
        flags: FlagTexts,
      ) => {
        const { addAction } = await import('../verbs/add-actions.js');
        process.exitCode = await addAction(cli, { symbol, exDate, factor }, flags);
      },
    );
  addRunFlags(
    actions
      .command('check')
      .description(
        'compares the list with the bars: actions that they do not show, and jumps that no action explains',
      ),
  )
    .option(...JSON_DOCUMENT)
    .action(async (flags: FlagTexts) => {
      const { checkActions } = await import('../verbs/check-actions.js');
      process.exitCode = await checkActions(cli, flags);
    });
}
