import type { OpenConfig } from '../../../data/schemas/run-input.js';
import { defaultRunId } from '../../../workflows/contract/run-id.js';
import { requireProvider } from '../check-provider.js';
import { checkedRunInput, withOpenDates } from '../check-run-input.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { followToEnd } from '../follow-to-end.js';
import type { FlagTexts } from '../run-flags.js';
import { readInputFile } from '../../runs/run-files.js';
import { requireSameInput } from '../require-same-input.js';
import type { Session } from '../session.js';
import { withEmbedded, withRemote } from '../session.js';
import { startRun } from '../../runs/start-run.js';
import { systemUser } from '../system-user.js';
import { unusedFlags } from '../unused-flags.js';

/** Starts a run and follows it. */
export async function run(cli: Cli, flags: FlagTexts): Promise<ExitCode> {
  const embedded = flags['embedded'] === true;
  const detach = flags['detach'] === true;
  const json = flags['json'] === true;
  const checked = await checkedRunInput(cli, flags, unusedFlags('run', flags));
  const open = withOpenDates(checked);
  const author = open.author ?? systemUser();
  const input = author === undefined ? open : { ...open, author };
  const config: OpenConfig = { ...input, runId: input.runId ?? defaultRunId(new Date()) };
  const requireOwnId = async (): Promise<void> => {
    const there = await readInputFile(cli.home, config.runId);
    if (there !== undefined) requireSameInput(there, config);
  };
  await requireOwnId();
  await requireProvider(cli, config);

  const work = async (session: Session): Promise<ExitCode> => {
    // Somebody else may have started the run since the file was read: it may still run, so that this start joins it,
    // or have ended. What this start then began, a worker refuses, since the id's input is recorded.
    await requireOwnId();
    requireSameInput((await startRun(session, config)).config, config);
    await requireOwnId();
    if (detach) {
      cli.out(json ? JSON.stringify({ runId: config.runId }) : config.runId);
      return EXIT.ok;
    }
    cli.note(`run ${config.runId}`);
    return followToEnd(cli, session, config.runId, { json });
  };
  return embedded ? withEmbedded(cli, config.accelerator, work) : withRemote(work);
}
