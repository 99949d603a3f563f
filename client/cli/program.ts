import { Command } from 'commander';

import { safeLines, safeText } from '../../data/text/safe-text.js';
import type { Cli } from './cli.js';
import { addActionsCommand } from './commands/actions.js';
import { addAuditCommand } from './commands/audit.js';
import { addChampionCommand } from './commands/champion.js';
import { addClusterCommand } from './commands/cluster.js';
import { addCodecServerCommand } from './commands/codec-server.js';
import { addControlCommands } from './commands/control.js';
import { addCompletionCommands } from './commands/completion.js';
import { addDashboardCommand } from './commands/dashboard.js';
import { addDecisionCommands } from './commands/decide.js';
import { addDeploymentCommand } from './commands/deployment.js';
import { addDiffCommand } from './commands/diff.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addExplainCommand } from './commands/explain.js';
import { addExportCommand } from './commands/export.js';
import { addIngestCommand } from './commands/ingest.js';
import { addLeaksCommand } from './commands/leaks.js';
import { addListCommand } from './commands/list.js';
import { addLogsCommand } from './commands/logs.js';
import { addPlanCommand } from './commands/plan.js';
import { addReportCommand } from './commands/report.js';
import { addResumeCommand } from './commands/resume.js';
import { addPruneCommand } from './commands/prune.js';
import { addRemoveCommand } from './commands/rm.js';
import { addRunCommand } from './commands/run.js';
import { addScheduleCommand } from './commands/schedule.js';
import { addScoreCommand } from './commands/score.js';
import { addStatusCommand } from './commands/status.js';
import { addSymbolsCommand } from './commands/symbols.js';
import { addUpCommand } from './commands/up.js';
import { addTailCommand } from './commands/tail.js';
import { addWatchCommand } from './commands/watch.js';
import { addWorkerCommand } from './commands/worker.js';
import { versionOf } from './version.js';

const AFTER_HELP = `
Exit status: 0 ok, 1 failed, 2 bad input, 3 finished above the failure threshold,
             4 bundle partly checked, 130 left by Ctrl-C.
Environment: GURUKUL_HOME (default: var/ in the project) is where everything is written;
             TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_PROFILE name another Temporal server.

First steps:
  gurukul run --embedded                          the whole pipeline on synthetic bars
  gurukul plan --source csv --bars DIR            what would be trained on your own bars`;

/**
 * All commands. Their flags and help are light and loaded at once; what a command does (verbs/) is loaded
 * when it is called. Each action sets `process.exitCode`; what it throws is for {@link reportError}.
 */
export function buildProgram(cli: Cli): Command {
  const program = new Command('gurukul')
    .description('Trains market models: ingest, teach, distill, validate, audit, on Temporal.')
    .version(versionOf(cli.packageRoot))
    .exitOverride()
    .configureOutput({ outputError: (message, write) => write(safeUsage(message)) })
    .showHelpAfterError('Try: gurukul --help')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', AFTER_HELP);
  const commands = [
    addUpCommand,
    addRunCommand,
    addPlanCommand,
    addIngestCommand,
    addListCommand,
    addStatusCommand,
    addWatchCommand,
    addTailCommand,
    addLogsCommand,
    addControlCommands,
    addResumeCommand,
    addDecisionCommands,
    addChampionCommand,
    addDashboardCommand,
    addReportCommand,
    addAuditCommand,
    addDiffCommand,
    addExplainCommand,
    addExportCommand,
    addScoreCommand,
    addLeaksCommand,
    addRemoveCommand,
    addPruneCommand,
    addScheduleCommand,
    addWorkerCommand,
    addSymbolsCommand,
    addActionsCommand,
    addCodecServerCommand,
    addClusterCommand,
    addDeploymentCommand,
    addDoctorCommand,
    addCompletionCommands,
  ];
  for (const addCommand of commands) addCommand(program, cli);
  return program;
}

/** commander's message about what was typed; a line break that was typed is escaped, one of commander's own stays. */
function safeUsage(message: string): string {
  const typed = process.argv.flatMap((word) => [word, word.slice(word.indexOf('=') + 1)]);
  return safeLines(typed.reduce((text, word) => text.replaceAll(word, () => safeText(word)), message));
}
