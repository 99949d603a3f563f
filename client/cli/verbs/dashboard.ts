import { execFile } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { z } from 'zod';

import { InvalidInputError } from '../../../data/errors.js';
import { choosePort } from '../../../temporal-config/ports.js';
import { registerSecret } from '../../../data/secrets/secrets.js';
import { parseInput } from '../../../data/schemas/parse-input.js';
import { compiledRoot } from '../../../data/store/package-root.js';
import { bundleFolder } from '../../../data/store/stored-files.js';
import type { ActionAnswer } from '../../dashboard/contract/answers.js';
import type { RunAnswer } from '../../dashboard/contract/runs.js';
import type { DashboardActions } from '../../dashboard/server/actions.js';
import type { DashboardPlace } from '../../dashboard/server/access.js';
import type { Dashboard, DashboardParts } from '../../dashboard/server/server.js';
import type { WorkerSource } from '../../dashboard/server/training/routes.js';
import { startDashboard } from '../../dashboard/server/server.js';
import { withClient } from '../../runs/connect.js';
import type { Cli } from '../cli.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { foundChampion } from '../describe-champion.js';
import { findRun } from '../find-run.js';
import { aborted, takeInterrupts } from '../interrupt.js';
import { listRuns } from '../list-runs.js';
import { printedStatus } from '../printed-status.js';
import { RunPaces } from '../run-paces.js';
import { workerQueues } from '../worker-queues.js';
import { versionOf } from '../version.js';
import { retire, rollBack } from './champion.js';
import { cancel, pause, setConcurrency, unpause } from './control.js';
import { approve, reject } from './decide.js';
import { resume } from './resume.js';

const flagsSchema = z.object({
  port: z.coerce.number({ error: 'must be a number' }).int().min(0).max(65_535).optional(),
  host: z.string().min(1, 'must be an address to listen on, such as 127.0.0.1'),
  readOnly: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** Where the page is usually found: beside the Web UI. */
export const DASHBOARD_PORT = 8234;
/** For this machine's own browsers. */
export const HERE_ALONE = { host: '127.0.0.1', readOnly: false, token: undefined } as const;

/** Secret that visitors need where the page can be reached from other machines. */
const TOKEN = 'GURUKUL_DASHBOARD_TOKEN';
/** A token that is shorter can be guessed. */
const TOKEN_LENGTH = 16;

/** The page, until Ctrl-C. */
export async function dashboard(cli: Cli, flags: object): Promise<ExitCode> {
  const { port, host, readOnly, json } = parseInput(flagsSchema, flags, (name) => `--${name}`);
  const token = tokenOf(process.env);
  const listenAt = port === 0 ? 0 : await choosePort('the dashboard', port, DASHBOARD_PORT, cli.note);
  const interrupts = takeInterrupts();
  const served = await openDashboard(cli, { host, port: listenAt, readOnly, token });
  try {
    if (json) cli.out(JSON.stringify({ url: served.url, home: cli.home.root, readOnly, pid: process.pid }));
    else cli.out([`Dashboard  ${served.url}${readOnly ? ' (read-only)' : ''}`, 'Ctrl-C ends it.']);
    await aborted(interrupts.signal);
    return EXIT.ok;
  } finally {
    await served.close();
    interrupts.dispose();
  }
}

/** Serves the page of the home, where `up` and `dashboard` say. */
export async function openDashboard(
  cli: Cli,
  place: DashboardPlace,
  webUi: string | null = process.env['TEMPORAL_UI_URL'] ?? null,
): Promise<Dashboard> {
  return startDashboard(partsOf(cli, webUi), place);
}

/** @throws InvalidInputError when the token is too short. */
function tokenOf(env: NodeJS.ProcessEnv): string | undefined {
  const token = env[TOKEN];
  if (token === undefined || token === '') return undefined;
  if (token.length < TOKEN_LENGTH)
    throw new InvalidInputError([`${TOKEN}: must have at least ${TOKEN_LENGTH} characters`]);
  registerSecret(token);
  return token;
}

function partsOf(cli: Cli, webUi: string | null): DashboardParts {
  const paces = new RunPaces();
  return {
    home: cli.home,
    pageFolder: path.join(cli.packageRoot, 'dist', 'dashboard-page'),
    version: versionOf(cli.packageRoot),
    namespace: process.env['TEMPORAL_NAMESPACE'] ?? 'default',
    webUi,
    runs: {
      list: async () => {
        const { runs, remark } = await listRuns(cli.home);
        return { runs, remark: remark ?? null };
      },
      find: async (runId) => found(cli, runId, paces),
    },
    workers: workersOf,
    release: {
      champion: async () => foundChampion(cli),
      verify: async (runId) => verifiedElsewhere(cli, runId),
    },
    actions: actionsOf(cli),
  };
}

async function found(cli: Cli, runId: string, paces: RunPaces): Promise<RunAnswer> {
  const { status, snapshot, state, remark = null, delays = [], failure } = await findRun(cli.home, runId);
  return {
    status: await printedStatus(cli.home, status),
    state,
    remark,
    progress: snapshot === undefined ? null : paces.progress(runId, snapshot, Date.now()),
    delays: delays.map(({ activity, attempt, reason }) => `${activity}, attempt ${attempt}: ${reason}`),
    failure: failure === undefined ? null : { type: failure.type, message: failure.message },
  };
}

async function workersOf(): ReturnType<WorkerSource> {
  return withClient(undefined, async ({ client }) => workerQueues(client, Date.now())).catch(
    (error: unknown) => {
      if (!(error instanceof InvalidInputError)) throw error;
      return { queues: [], quotas: [], remark: error.problems.join('; ') };
    },
  );
}

/** In a process of its own: it computes for seconds, and pages go on being answered. */
async function verifiedElsewhere({ home }: Cli, runId: string): Promise<string> {
  const args = [
    path.join(compiledRoot, 'client-bundle', 'main.js'),
    'audit',
    'verify',
    await bundleFolder(home, runId),
    '--json',
  ];
  const child = execFile(process.execPath, args, {
    env: { ...process.env, GURUKUL_HOME: home.root },
    maxBuffer: 16 * 1_048_576,
  });
  const printed: string[] = [];
  child.stdout?.on('data', (text: string) => printed.push(text));
  await once(child, 'close');
  return printed.join('');
}

/** What the page does is what commands do; it reads what they print. */
function actionsOf(cli: Cli): DashboardActions {
  return {
    pause: async (runId, flags) => captured(cli, (quiet) => pause(quiet, runId, { ...flags, json: true })),
    unpause: async (runId) => captured(cli, (quiet) => unpause(quiet, runId, { json: true })),
    cancel: async (runId, flags) => captured(cli, (quiet) => cancel(quiet, runId, { ...flags, json: true })),
    concurrency: async (runId, { cohorts }) =>
      captured(cli, (quiet) => setConcurrency(quiet, runId, String(cohorts), { json: true })),
    resume: async (runId, { only, symbols }) =>
      captured(cli, (quiet) =>
        resume(quiet, runId, {
          ...(only === undefined ? {} : { only }),
          ...(symbols === undefined ? {} : { symbols }),
          detach: true,
          json: true,
        }),
      ),
    approve: async (runId, { by, reason, override, stage, dryRun, expect }) =>
      captured(cli, (quiet) =>
        approve(quiet, runId, {
          ...{ by, reason, json: true },
          ...(override === undefined ? {} : { override }),
          ...(stage === undefined ? {} : { stage }),
          ...(dryRun === undefined ? {} : { dryRun }),
          ...(expect === undefined ? {} : { expect }),
        }),
      ),
    reject: async (runId, flags) => captured(cli, (quiet) => reject(quiet, runId, { ...flags, json: true })),
    rollback: async ({ to, ...words }) =>
      captured(cli, (quiet) =>
        rollBack(quiet, { ...words, ...(to === undefined ? {} : { to }), json: true }),
      ),
    retire: async ({ by, reason }) => captured(cli, (quiet) => retire(quiet, { by, reason, json: true })),
  };
}

async function captured(cli: Cli, act: (cli: Cli) => Promise<ExitCode>): Promise<ActionAnswer> {
  const printed: string[] = [];
  const notes: string[] = [];
  const quiet: Cli = {
    ...cli,
    interactive: false,
    out: (lines) => void printed.push(...[lines].flat()),
    note: (lines) => void notes.push(...[lines].flat()),
    fields: (values) => void printed.push(values.join('\t')),
  };
  await act(quiet);
  const result: unknown = JSON.parse(printed.at(-1) ?? 'null');
  return { result, notes };
}
