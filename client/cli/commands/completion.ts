import { Argument } from 'commander';
import type { Command } from 'commander';

import type { Cli } from '../cli.js';
import { complete } from '../complete.js';
import type { Shell } from '../completion-script.js';
import { completionScript, SHELLS } from '../completion-script.js';
import { describeCommands } from '../describe-commands.js';
import type { JsonFlags } from '../shared-flags.js';
import { JSON_LINE } from '../shared-flags.js';

const AFTER_HELP = `
bash: source <(gurukul completion bash)     in ~/.bashrc
zsh:  source <(gurukul completion zsh)      in ~/.zshrc, below compinit
fish: gurukul completion fish > ~/.config/fish/completions/gurukul.fish`;

/** `gurukul completion SHELL`, and `complete`, which the scripts call. */
export function addCompletionCommands(program: Command, cli: Cli): void {
  program
    .command('completion')
    .description('what a shell reads to complete commands, flags and run ids')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .option(...JSON_LINE)
    .addHelpText('after', AFTER_HELP)
    .action((shell: Shell, { json = false }: JsonFlags) => {
      const script = completionScript(shell);
      cli.out(json ? JSON.stringify({ shell, script }) : script.trimEnd().split('\n'));
    });
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const answers = await complete(describeCommands(program), words, { runs: async () => runsOf(cli) });
      for (const { value, description } of answers) cli.fields([value, description]);
    });
}

/** A home that cannot be read has no runs to offer. */
async function runsOf({ home }: Cli): Promise<readonly string[]> {
  const { runsInHome } = await import('../../../data/store/runs-in-home.js');
  return runsInHome(home).catch(() => []);
}
