import type { Command } from 'commander';

import { SOURCES } from '../../../data/schemas/run-choices.js';
import type { Cli } from '../cli.js';
import { choiceFlag } from '../run-flags.js';
import type { FlagTexts } from '../run-flags.js';
import { SCORE_FORMATS } from '../score-formats.js';
import { JSON_DOCUMENT } from '../shared-flags.js';

/** `gurukul score`: what the champion says of the newest bars, without a server. */
export function addScoreCommand(program: Command, cli: Cli): void {
  program
    .command('score')
    .description('the champion on the newest bars: probability, score, rank; and what came of earlier scores')
    .option('--run <run>', 'score with this run instead of the champion')
    .option(
      '--symbols <A,B>',
      'show only these symbols (default: all members of the universe at the newest bar)',
    )
    .option('--symbols-file <file>', 'the same from a file, one a line')
    .option('--universe <name|file>', 'show only the symbols of this universe')
    .addOption(choiceFlag('--source <source>', 'where bars come from (default: as the run)', SOURCES))
    .option('--bars <dir>', 'folder of bar files (default: as the run)')
    .option('--as-of <date>', 'the newest bar is of this day or earlier, YYYY-MM-DD')
    .option('--offline', 'call no provider; no score ever does: bars are those that an ingest fetched')
    .option('--outcomes', 'only join earlier scores with what came')
    .addOption(choiceFlag('--format <form>', 'form of the scores (default: table)', SCORE_FORMATS))
    .option('--out <file>', 'write them to this file; required for parquet')
    .option(...JSON_DOCUMENT)
    .action(async (flags: FlagTexts) => {
      const { score } = await import('../verbs/score.js');
      process.exitCode = await score(cli, flags);
    });
}
