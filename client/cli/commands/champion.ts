import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import type { JsonFlags } from '../shared-flags.js';
import { JSON_DOCUMENT, JSON_LINE } from '../shared-flags.js';
import type { ChampionFlags } from '../verbs/champion.js';

/** `gurukul champion show|history|rollback|retire`: the model in use, and its earlier ones. */
export function addChampionCommand(program: Command, cli: Cli): void {
  const champion = program
    .command('champion')
    .description('the champion: which bundle is in use, which were, and going back to one');
  champion
    .command('show')
    .description('the champion, who approved it, what is watched of it, and its shadow')
    .option(...JSON_DOCUMENT)
    .action(async (flags: JsonFlags) => {
      const { showChampion } = await import('../verbs/champion.js');
      process.exitCode = await showChampion(cli, flags);
    });
  champion
    .command('history')
    .description('every decision of this home, oldest first')
    .option(...JSON_DOCUMENT)
    .action(async (flags: JsonFlags) => {
      const { championHistory } = await import('../verbs/champion.js');
      process.exitCode = await championHistory(cli, flags);
    });
  champion
    .command('rollback')
    .description('make an earlier champion the champion again, as a new decision; nothing is deleted')
    .option(
      '--to <number|run>',
      'decision or run that was champion (default: the one before the present one)',
    )
    .option('--by <name>', 'who decides')
    .option('--reason <text>', 'why')
    .option(...JSON_LINE)
    .action(async (flags: ChampionFlags) => {
      const { rollBack } = await import('../verbs/champion.js');
      process.exitCode = await rollBack(cli, flags);
    });
  champion
    .command('retire')
    .description('end the championship and leave no champion, as a new decision')
    .option('--by <name>', 'who decides')
    .option('--reason <text>', 'why')
    .option(...JSON_LINE)
    .action(async (flags: ChampionFlags) => {
      const { retire } = await import('../verbs/champion.js');
      process.exitCode = await retire(cli, flags);
    });
}
