import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { openStore } from '../../data/store/open-store.js';
import { packageRoot } from '../../data/store/package-root.js';
import type { Store } from '../../data/store/store.js';
import { gurukul, startGurukul } from '../client/support/gurukul-process.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { startWorkerProcess } from '../support/worker-process.js';
import type { Postgres } from './postgres.js';
import { startPostgres } from './postgres.js';
import { provideSqlTool } from './programs.js';
import type { S3Server } from './s3-server.js';
import { startVersitygw } from './s3-server.js';
import type { TemporalCluster } from './temporal-cluster.js';
import { HISTORY_SHARDS, startTemporalCluster } from './temporal-cluster.js';

/** Of the synthetic universe. */
const SYMBOLS = 46;
const NAMESPACE = 'gurukul';
const RUN = 'r';
const doneSchema = z.object({ phase: z.literal('done'), bundleDigest: z.string() });
const setUpSchema = z.object({ namespace: z.string(), retentionDays: z.number(), persistence: z.string() });
const universeSchema = z.object({ members: z.array(z.object({ symbol: z.string() })) });

const lastOf = (stdout: string): unknown => JSON.parse(stdout.trim().split('\n').at(-1) ?? '');

describe('a fleet: PostgreSQL, a Temporal server on it, a bucket, and machines that share nothing else', function () {
  this.timeout(90 * 60_000);
  const root = mkdtempSync(path.join(tmpdir(), 'gurukul-fleet-'));
  const homeOf = (machine: string): string => {
    const home = path.join(root, machine);
    mkdirSync(home, { recursive: true });
    return home;
  };
  let database: Postgres;
  let temporal: TemporalCluster;
  let bucket: S3Server;
  let store: Store;
  let client: NodeJS.ProcessEnv;
  const workers: WorkerProcess[] = [];

  async function startMachine(name: string, roles: string): Promise<WorkerProcess> {
    const worker = await startWorkerProcess({
      ...{ roles, home: homeOf(name), address: temporal.address },
      env: { ...bucket.env('fleet'), TEMPORAL_NAMESPACE: NAMESPACE },
    });
    workers.push(worker);
    return worker;
  }

  const setUp = async (...flags: readonly string[]): ReturnType<typeof gurukul> =>
    gurukul(['cluster', 'setup', '--sql-tool', await provideSqlTool(), '--json', ...flags], {
      cwd: root,
      env: { ...client, ...database.env },
    });

  before(async () => {
    [database, bucket] = [await startPostgres(), await startVersitygw()];
    store = await openStore(homeOf('test'), bucket.env('fleet'));
  });
  after(async () => {
    await Promise.all(workers.map(async (worker) => worker.leave()));
    for (const server of [temporal, bucket, database]) await server.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it('is set up by one command, before and after its server starts, and again', async () => {
    const env = { ...database.env, GURUKUL_HOME: homeOf('client'), TEMPORAL_NAMESPACE: NAMESPACE };
    // Its schema is there before the server is, which would not start without.
    const early = await gurukul(['cluster', 'setup', '--sql-tool', await provideSqlTool(), '--wait', '0'], {
      ...{ cwd: root, env: { ...env, TEMPORAL_ADDRESS: '127.0.0.1:1' } },
    });
    expect(early.status, early.stderr).to.equal(2);
    expect(early.stderr)
      .to.include('database temporal: schema')
      .and.to.include('no Temporal server at 127.0.0.1:1');
    temporal = await startTemporalCluster(database.env);
    client = { ...env, ...bucket.env('fleet'), TEMPORAL_ADDRESS: temporal.address };
    for (const days of [30, 30, 10]) {
      const done = await setUp('--history-shards', String(HISTORY_SHARDS), '--retention', String(days));
      expect(done.status, done.stderr).to.equal(0);
      expect(setUpSchema.parse(lastOf(done.stdout))).to.deep.equal({
        ...{ namespace: NAMESPACE, retentionDays: days, persistence: 'postgres12' },
      });
    }
    const other = await setUp('--history-shards', '512');
    expect(other.status).to.equal(2);
    expect(other.stderr).to.include(`the cluster has ${HISTORY_SHARDS} history shards, not 512`);
  });

  it('makes the bundle that one machine makes, whatever is killed', async () => {
    const { members } = universeSchema.parse(
      JSON.parse(readFileSync(path.join(packageRoot, 'data', 'reference', 'nifty100.json'), 'utf8')),
    );
    const symbols = members
      .slice(0, SYMBOLS)
      .map(({ symbol }) => symbol)
      .join(',');
    const input = ['--run-id', RUN, '--symbols', symbols, '--json'];
    const alone = await gurukul(['run', '--embedded', ...input], {
      ...{ cwd: root, env: { GURUKUL_HOME: homeOf('alone') } },
    });
    expect(alone.status, alone.stderr).to.equal(0);

    for (const role of ['meta', 'io', 'cpu']) await startMachine(role, role);
    const first = await startMachine('train-1', 'train');
    const run = startGurukul(['run', ...input], { cwd: root, env: client });
    const below = async (folder: string, least: number): Promise<void> =>
      until(async () => (await store.list(`models/${RUN}/${folder}`)).length >= least);
    await below('teachers', 1);
    await first.kill();
    await startMachine('train-2', 'train');
    await below('teachers', 2);
    await temporal.kill();
    await temporal.start();
    await below('students', 1);
    await bucket.kill();
    await bucket.start();

    const fleet = await run.ended;
    expect(fleet.status, fleet.stderr).to.equal(0);
    expect(doneSchema.parse(lastOf(fleet.stdout)).bundleDigest).to.equal(
      doneSchema.parse(lastOf(alone.stdout)).bundleDigest,
    );
  });

  it('lets a machine that has only the bucket verify it', async () => {
    const home = homeOf('reviewer');
    const verified = await gurukul(
      ['audit', 'verify', path.join(home, 'release', `audit_${RUN}`), '--json'],
      {
        ...{ cwd: root, env: { ...bucket.env('fleet'), GURUKUL_HOME: home } },
      },
    );
    expect(verified.status, verified.stderr).to.equal(0);
    expect(lastOf(verified.stdout)).to.have.property('result', 'ok');
  });
});
