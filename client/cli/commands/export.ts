import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { JSON_DOCUMENT, RUN } from '../shared-flags.js';
import type { ExportFlags } from '../verbs/export.js';

/** `gurukul export`: one window's complete model for TensorFlow.js. */
export function addExportCommand(program: Command, cli: Cli): void {
  program
    .command('export')
    .description("one window's complete model, for TensorFlow.js")
    .argument(...RUN)
    .argument('<symbol>', 'NSE symbol')
    .argument('<date>', "YYYY-MM-DD inside the window, or the window's start")
    .option('--out <dir>', 'new or empty folder (default: SYMBOL_START_to_END here)')
    .option(...JSON_DOCUMENT)
    .action(async (run: string, symbol: string, date: string, flags: ExportFlags) => {
      const { exportModel } = await import('../verbs/export.js');
      process.exitCode = await exportModel(cli, { run, symbol: symbol.toUpperCase(), date }, flags);
    });
}
