import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Command } from 'commander';

import type { Cli } from './cli.js';
import { addAuditVerb } from './verbs/audit.js';
import { addControlVerbs } from './verbs/control.js';
import { addDecisionVerbs } from './verbs/decide.js';
import { addDeploymentVerb } from './verbs/deployment.js';
import { addDoctorVerb } from './verbs/doctor.js';
import { addExplainVerb } from './verbs/explain.js';
import { addIngestVerb } from './verbs/ingest.js';
import { addListVerb } from './verbs/list.js';
import { addPlanVerb } from './verbs/plan.js';
import { addResumeVerb } from './verbs/resume.js';
import { addRunVerb } from './verbs/run.js';
import { addScheduleVerb } from './verbs/schedule.js';
import { addStatusVerb } from './verbs/status.js';
import { addSymbolsVerb } from './verbs/symbols.js';
import { addUpVerb } from './verbs/up.js';
import { addWatchVerb } from './verbs/watch.js';
import { addWorkerVerb } from './verbs/worker.js';

const AFTER_HELP = `
Exit status: 0 ok, 1 failed, 2 bad input, 3 finished above the failure threshold, 130 left by Ctrl-C.
Environment: GURUKUL_HOME (default: var/ in the project) is where everything is written;
             TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_PROFILE name another Temporal server.

First steps:
  gurukul run --embedded                          the whole pipeline on made-up bars
  gurukul plan --source csv --bars DIR            what would be trained on your own bars`;

/** All verbs. Each action sets `process.exitCode`; what it throws is for {@link reportError}. */
export function buildProgram(cli: Cli): Command {
  const program = new Command('gurukul')
    .description('Trains market models: ingest, teach, distill, validate, audit, on Temporal.')
    .version(versionOf(cli.packageRoot))
    .exitOverride()
    .showHelpAfterError('Try: gurukul --help')
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', AFTER_HELP);
  const verbs = [
    addUpVerb,
    addRunVerb,
    addPlanVerb,
    addIngestVerb,
    addListVerb,
    addStatusVerb,
    addWatchVerb,
    addControlVerbs,
    addResumeVerb,
    addDecisionVerbs,
    addAuditVerb,
    addExplainVerb,
    addScheduleVerb,
    addWorkerVerb,
    addSymbolsVerb,
    addDeploymentVerb,
    addDoctorVerb,
  ];
  for (const addVerb of verbs) addVerb(program, cli);
  return program;
}

function versionOf(packageRoot: string): string {
  const content: unknown = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));
  const hasVersion = typeof content === 'object' && content !== null && 'version' in content;
  return hasVersion ? String(content.version) : 'unknown';
}
