import { randomUUID } from 'node:crypto';
import { cp, readFile, rm } from 'node:fs/promises';

import type { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import { expect } from 'chai';

import { createPromoteActivities } from '../../activities/promote/index.js';
import { championOf } from '../../data/decisions/champion-state.js';
import { readDecisions } from '../../data/decisions/decisions.js';
import { FAULTS_VARIABLE } from '../../data/fault-injection.js';
import type { Decision } from '../../data/schemas/decision.js';
import { championSchema } from '../../data/schemas/decision.js';
import { runStatusSchema } from '../../data/schemas/run-status.js';
import { readJson, writeJson } from '../../data/store/files.js';
import type { Home } from '../../data/store/home.js';
import { packageRoot } from '../../data/store/package-root.js';
import { connectClient, connectWorker } from '../../temporal-config/connection.js';
import type { DevServer } from '../../temporal-config/dev-server.js';
import { startDevServer } from '../../temporal-config/dev-server.js';
import { freePortFrom } from '../../temporal-config/ports.js';
import type { changeChampion } from '../../workflows/change-champion.js';
import type { Approval } from '../../workflows/contract/messages.js';
import { approveUpdate, workflowIds } from '../../workflows/contract/messages.js';
import type { promoteRun } from '../../workflows/promote-run.js';
import { audit, finishedRun, freshHome } from '../activities/audit/finished-run.js';
import { inActivity } from '../activities/validate/in-activity.js';
import { askedWorkflows } from '../support/asked-workflows.js';
import { casesOf } from '../support/full-tests.js';
import { quietRuntime } from '../support/quiet-runtime.js';
import { runStatus } from '../support/run-status.js';
import { shortTimeoutBundle } from '../support/short-timeout-bundle.js';
import { replayAll } from '../support/temporal-rig.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { startWorkerProcess } from '../support/worker-process.js';
import { killServerAndWait } from './stack.js';

/** Where the worker is killed: just before it writes, or once all is written and before the server knows. */
const POINTS = {
  'before the entry of the log': { at: 'store.write', on: 'champions/\\d{6}\\.json' },
  'between the entry and the head of the log': { at: 'store.write', on: 'keys/decisions/\\d{6}\\.json' },
  'before the pointer is compared and set': { at: 'store.write', on: 'champions/champion\\.json' },
  'between the pointer and the status of the run': { at: 'store.write', on: 'models/run_b/status\\.json' },
  'between the status and the telemetry of the run': { at: 'store.append', on: 'telemetry/' },
  'after all is written': { at: 'worker.activity', on: '^(decideRun|changeChampion)$' },
} as const;
type Point = keyof typeof POINTS;

/** Other ports than those of stack.ts and of the test of fetching workers. */
const FIRST_PORT = 28_000;
const PORT_SPAN = 2_000;
const DAYS = 365;
const WORDS = { by: 'Asha', reason: 'beats its placebo' };
const APPROVAL: Approval = { ...WORDS, override: true };

/** Heartbeat timeouts are seconds; see short-timeout-interceptors.ts. */
describe('a worker that is killed while it releases', function () {
  this.timeout(600_000);
  /** A home in which run_a is the champion, and run_b is examined. */
  let prepared: Home;
  let bundleDigest: string;
  let serverHome: Home;
  let home: Home;
  let server: DevServer;
  let serve: () => Promise<DevServer>;
  let port: number;
  let client: Client;
  let closeClient: () => Promise<void>;
  let connection: NativeConnection;
  let meta: Worker;
  let deciding: Promise<void>;

  before(async () => {
    quietRuntime();
    prepared = await freshHome();
    for (const [i, runId] of ['run_a', 'run_b'].entries()) {
      const overrides = { seed: 7 + i };
      const made = await audit(prepared, await finishedRun(prepared, { runId, dates: 30, overrides }));
      const { bundle, digest } = made;
      bundleDigest = digest;
      await writeJson(prepared.status(runId), runStatus(runId, { phase: 'done', bundle, bundleDigest }));
    }
    const promote = createPromoteActivities({ home: prepared, packageRoot, workflows: askedWorkflows() });
    const about = { ...WORDS, at: '2025-01-02T03:04:05.000Z', id: 'first' };
    await inActivity(async () =>
      promote.decideRun({ ...about, runId: 'run_a', verdict: 'approved', override: true }),
    );
    // A namespace serves one home: all copies are the same one.
    await writeJson(prepared.identity(), { id: randomUUID() });
    serverHome = await freshHome();
    port = await freePortFrom(FIRST_PORT + (process.pid % PORT_SPAN));
    const uiPort = await freePortFrom(port + 1);
    serve = async () => startDevServer({ home: serverHome, packageRoot, port, uiPort });
    server = await serve();
    const connected = await connectClient({ address: server.address });
    ({ client } = connected);
    closeClient = async () => connected.connection.close();
    const forWorker = await connectWorker({ address: server.address });
    ({ connection } = forWorker);
    meta = await Worker.create({
      ...{ connection, namespace: forWorker.namespace, taskQueue: 'meta' },
      workflowBundle: await shortTimeoutBundle(),
    });
    deciding = meta.run();
  });
  beforeEach(async () => {
    home = await freshHome();
    await cp(prepared.root, home.root, { recursive: true });
  });
  afterEach(async () => {
    for (const watch of [1, 2, 3])
      await client.workflow
        .getHandle(workflowIds.watch(watch))
        .terminate()
        .catch(() => undefined);
    await rm(home.root, { recursive: true });
  });
  after(async () => {
    expect(await replayAll(client, await shortTimeoutBundle())).to.be.greaterThan(4);
    meta.shutdown();
    await deciding;
    await connection.close();
    await closeClient();
    await server.stop();
    for (const { root } of [prepared, serverHome]) await rm(root, { recursive: true });
  });

  const startWorker = async (kill?: Point): Promise<WorkerProcess> =>
    startWorkerProcess({
      ...{ roles: 'cpu', home: home.root, address: server.address },
      env: { [FAULTS_VARIABLE]: JSON.stringify(kill === undefined ? [] : [{ ...POINTS[kill], do: 'kill' }]) },
    });
  const gone = async ({ process: child }: WorkerProcess): Promise<void> => {
    await until(() => child.exitCode !== null || child.signalCode !== null);
    expect(child.signalCode).to.equal('SIGKILL');
  };
  /** What is asked for, on a worker that is killed and one that follows it. */
  const acrossKill = async (
    point: Point,
    ask: () => Promise<Decision>,
    between: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Decision> => {
    const first = await startWorker(point);
    const asked = ask();
    asked.catch(() => undefined);
    await gone(first);
    // What is left is whole: each of these verifies the log.
    const left = await readDecisions(home);
    expect(['run_a', 'run_b']).to.include(championOf(left)?.run);
    await between();
    const second = await startWorker();
    try {
      return await asked;
    } finally {
      await second.leave();
    }
  };
  const opened = async (expiryDays = DAYS) =>
    client.workflow.start<typeof promoteRun>('promoteRun', {
      args: [{ runId: 'run_b', wait: { runId: 'run_b', bundleDigest, expiryDays, reminderDays: DAYS } }],
      taskQueue: 'meta',
      workflowId: workflowIds.promotion('run_b'),
    });
  const approved = async (request: Approval): Promise<Decision> => {
    const promotion = await opened();
    // Asked for once: the answer is that of the update, whoever gives it and when.
    const update = await promotion.startUpdate(approveUpdate, { args: [request], waitForStage: 'ACCEPTED' });
    for (;;) {
      const answer = await update.result().catch((error: unknown) => {
        if (String(error).includes('UNAVAILABLE')) return undefined;
        throw error;
      });
      if (answer !== undefined) return answer;
    }
  };
  const changed = async (change: 'rollback' | 'retire'): Promise<Decision> =>
    client.workflow.execute<typeof changeChampion>('changeChampion', {
      args: [{ ...WORDS, change }],
      taskQueue: 'meta',
      workflowId: workflowIds.championChange,
    });
  /** Every entry of the verified log, with what it makes of its run. */
  const log = async (): Promise<string[]> =>
    (await readDecisions(home)).map(
      ({ run, verdict, shadow }) => `${run} ${verdict}${shadow === true ? ' as a shadow' : ''}`,
    );
  const watching = async (number: number): Promise<string> => {
    const { status } = await client.workflow.getHandle(workflowIds.watch(number)).describe();
    return status.name;
  };
  const endsOnce = async (): Promise<void> => {
    expect(await log()).to.deep.equal(['run_a approved', 'run_b approved']);
    expect(await readJson(home.champion(), championSchema)).to.include({ run: 'run_b', decision: 2 });
    expect((await readJson(home.status('run_b'), runStatusSchema))?.decision).to.equal('approved');
    expect(await readFile(home.telemetry('run_b'), 'utf8')).to.contain('"verdict":"approved"');
    expect(await watching(2)).to.equal('RUNNING');
    const promotion = client.workflow.getHandle<typeof promoteRun>(workflowIds.promotion('run_b'));
    expect(await promotion.result()).to.include({ run: 'run_b', verdict: 'approved', number: 2 });
  };

  for (const point of casesOf<Point>(
    ['between the entry and the head of the log', 'after all is written'],
    [
      'before the entry of the log',
      'before the pointer is compared and set',
      'between the pointer and the status of the run',
      'between the status and the telemetry of the run',
    ],
  ))
    it(`${point}, approves once`, async () => {
      const decision = await acrossKill(point, async () => approved(APPROVAL));
      expect(decision).to.include({ run: 'run_b', verdict: 'approved', number: 2, replaces: 1 });
      await endsOnce();
    });

  it('approves once, although the server is killed too before another worker starts', async () => {
    await acrossKill(
      'before the pointer is compared and set',
      async () => approved(APPROVAL),
      async () => {
        await killServerAndWait(server.pid, port);
        server = await serve();
      },
    );
    await endsOnce();
  });

  for (const point of casesOf<Point>(
    ['between the pointer and the status of the run'],
    ['before the entry of the log'],
  ))
    it(`${point}, stages once`, async () => {
      await acrossKill(point, async () => approved({ ...APPROVAL, stage: true }));
      expect(await log()).to.deep.equal(['run_a approved', 'run_b approved as a shadow']);
      expect((await readJson(home.champion(), championSchema))?.run).to.equal('run_a');
    });

  for (const point of casesOf<Point>(
    ['before the pointer is compared and set'],
    ['before the entry of the log', 'between the entry and the head of the log', 'after all is written'],
  ))
    it(`${point}, rolls back once`, async () => {
      const worker = await startWorker();
      await approved(APPROVAL).finally(async () => worker.leave());
      const decision = await acrossKill(point, async () => changed('rollback'));
      expect(decision).to.include({ run: 'run_a', verdict: 'restored', number: 3, restores: 1 });
      expect(await log()).to.deep.equal(['run_a approved', 'run_b approved', 'run_a restored']);
      expect(await readJson(home.champion(), championSchema)).to.include({ run: 'run_a', decision: 3 });
      expect(await watching(3)).to.equal('RUNNING');
      await until(async () => (await watching(2)) === 'COMPLETED');
    });

  for (const point of casesOf<Point>(
    ['between the entry and the head of the log'],
    ['before the entry of the log'],
  ))
    it(`${point}, records once that nobody decided`, async () => {
      await acrossKill(point, async () => {
        const decision = await (await opened(1)).result();
        if (decision === null) throw new Error('nothing was recorded');
        return decision;
      });
      expect(await log()).to.deep.equal(['run_a approved', 'run_b expired']);
      expect((await readJson(home.champion(), championSchema))?.run).to.equal('run_a');
    });
});
