import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { runInputSchema } from '../../../data/schemas/run-input.js';
import { runStatusSchema } from '../../../data/schemas/run-status.js';
import { Home } from '../../../data/store/home.js';
import { workflowIds } from '../../../workflows/contract/messages.js';
import { startGrpcFront } from '../../support/grpc-front.js';
import type { Simulation } from '../../support/simulated-activities.js';
import { simulatedActivities } from '../../support/simulated-activities.js';
import type { TemporalRig } from '../../support/temporal-rig.js';
import { startTemporalRig } from '../../support/temporal-rig.js';
import { gurukulHere } from '../support/gurukul-here.js';
import type { Ended, GurukulProcess } from '../support/gurukul-process.js';
import { startGurukul } from '../support/gurukul-process.js';

const COHORTS = [
  { id: '2022-01-01_to_2022-06-30', windows: 4, shards: 1 },
  { id: '2022-06-30_to_2022-12-27', windows: 4, shards: 2 },
];

describe('the command line on a Temporal server', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let folder: string;
  let home: Home;

  before(async () => {
    rig = await startTemporalRig();
    folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-cli-server-'));
    home = new Home(path.join(folder, 'home'));
  });
  after(async () => {
    await rig.stop();
    rmSync(folder, { recursive: true });
  });

  const start = (...args: readonly string[]): GurukulProcess =>
    startGurukul(args, {
      cwd: folder,
      env: { GURUKUL_HOME: home.root, TEMPORAL_ADDRESS: rig.environment.address },
    });
  /** Runs are started as a user would, in a process of its own; what only looks at them needs none. */
  const gurukul = async (...args: readonly string[]): Promise<Ended> =>
    args[0] === 'run' || args[0] === 'resume'
      ? start(...args).ended
      : gurukulHere(args, { home, address: rig.environment.address, cwd: folder });
  const withSimulation = async (
    simulation: Omit<Simulation, 'cohorts'>,
    work: () => Promise<void>,
  ): Promise<void> =>
    rig.withWorkers(
      simulatedActivities({ cohorts: COHORTS, ...simulation }, { statuses: [], units: [] }),
      work,
    );

  it('follows a run to its end, and shows it afterwards', async () => {
    await withSimulation({ skippedBy: { insufficient_data: 2 } }, async () => {
      const { status, stdout, stderr } = await gurukul('run', '--run-id', 'good', '--json');
      expect(status, stderr).to.equal(0);
      const lines = stdout.trimEnd().split('\n');
      expect(lines, 'one line of JSON and nothing else').to.have.length(1);
      const shown = runStatusSchema.parse(JSON.parse(lines[0] ?? ''));
      expect(shown).to.include({ runId: 'good', workflowId: 'train/good', phase: 'done' });
      expect(shown.windows).to.deep.equal({ planned: 10, succeeded: 8, skipped: 2, failed: 0 });
      expect(stderr).to.match(/^run good$/m);

      expect(JSON.parse((await gurukul('status', 'good', '--json')).stdout)).to.deep.equal(shown);
      const watched = await gurukul('watch', 'good');
      expect(watched.status).to.equal(0);
      expect(watched.stdout).to.contain('10 planned: 8 succeeded, 2 skipped (insufficient_data 2), 0 failed');
    });
  });

  it('lists runs, newest first', async () => {
    const { status, stdout } = await gurukul('list', '--json');
    expect(status).to.equal(0);
    const runs: unknown = JSON.parse(stdout);
    expect(runs).to.be.an('array').with.length(1);
    expect(runs).to.have.nested.property('[0].runId', 'good');
    expect(runs).to.have.nested.property('[0].state', 'completed');
    expect(runs).to.have.nested.property('[0].phase', 'done');
    expect((await gurukul('list')).stdout).to.match(/^good +completed +done/m);
  });

  it('ends with status 3 above the failure threshold', async () => {
    const outcome: Simulation['outcome'] = (unit) => (unit.startsWith('shard/real') ? 'Diverged' : 'succeed');
    await withSimulation({ outcome }, async () => {
      const { status, stdout, stderr } = await gurukul('run', '--run-id', 'bad', '--json');
      expect(status, stderr).to.equal(3);
      expect(runStatusSchema.parse(JSON.parse(stdout)).failedBy).to.deep.equal({ Diverged: 8 });
      expect(stderr).to.match(/error: run bad failed: 8 windows failed/);
      expect((await gurukul('watch', 'bad')).status).to.equal(3);
      expect((await gurukul('status', 'bad')).status).to.equal(0);
    });
  });

  it('leaves a run alone at Ctrl-C, refuses to resume what runs, and comes back to it', async () => {
    const outcome: Simulation['outcome'] = (unit) => (unit.startsWith('shard/real') ? 'hang' : 'succeed');
    await withSimulation({ outcome }, async () => {
      const detached = await gurukul('run', '--run-id', 'long', '--detach');
      expect([detached.status, detached.stdout]).to.deep.equal([0, 'long\n']);

      const followed = start('watch', 'long');
      await followed.saying(/teach +· 0\/8 windows/);
      followed.child.kill('SIGINT');
      const left = await followed.ended;
      expect(left.status, left.stderr).to.equal(130);
      expect(left.stderr).to.contain('goes on without this command. Watch it with: gurukul watch long');

      const running = await gurukul('status', 'long');
      expect(running.stdout).to.match(/Run +long: teach, running/);
      expect(running.stdout).to.match(/2022-01-01_to_2022-06-30 +running +4/);

      mkdirSync(home.runDir('long'), { recursive: true });
      writeFileSync(
        home.runInput('long'),
        JSON.stringify(runInputSchema.parse({ runId: 'long', entry: 'next-open' })),
      );
      expect((await gurukul('rm', 'long', '--yes')).stderr).to.equal(
        'error: run long is running: end it first with gurukul cancel long\n',
      );
      const resumed = await gurukul('resume', 'long');
      expect([resumed.status, resumed.stderr]).to.deep.equal([
        2,
        'error: run long is running: watch it with gurukul watch long, or have its failed windows tried again with --only failed\n',
      ]);
      const other = await gurukul('run', '--run-id', 'long', '--horizon', '3');
      expect(other.status).to.equal(2);
      expect(other.stderr).to.contain(
        '--run-id: long is there already, with other input (--horizon: 5 there, 3 here)',
      );

      const again = start('watch', 'long', '--json');
      await again.saying(/teach/);
      await rig.client.workflow.getHandle(workflowIds.run('long')).cancel();
      expect((await again.ended).status).to.equal(1);
    });
  });

  it('refuses one of two starts at once with other input, and joins one with the same', async () => {
    const outcome: Simulation['outcome'] = (unit) => (unit.startsWith('shard/real') ? 'hang' : 'succeed');
    await withSimulation({ outcome }, async () => {
      const run = ['run', '--run-id', 'twice', '--detach'] as const;
      const both = await Promise.all(
        ['3', '4'].map(async (horizon) => ({
          horizon,
          ...(await gurukul(...run, '--horizon', horizon)),
        })),
      );
      expect(
        both.map(({ status }) => status).sort(),
        both.map(({ stderr }) => stderr).join(''),
      ).to.deep.equal([0, 2]);
      const [won, lost] = [both.find(({ status }) => status === 0), both.find(({ status }) => status === 2)];
      expect(lost?.stderr).to.contain(
        `--run-id: twice is there already, with other input (--horizon: ${won?.horizon} there, ${lost?.horizon} here)`,
      );
      expect(lost?.stdout).to.equal('');
      const joined = await gurukul(...run, '--horizon', won?.horizon ?? '');
      expect([joined.status, joined.stdout]).to.deep.equal([0, 'twice\n']);
      await rig.client.workflow.getHandle(workflowIds.run('twice')).terminate();
    });
  });

  it('refuses a start with other input than that of a run that ended meanwhile', async () => {
    // The other run records its input, and ends, after this command has looked, and before the server starts it.
    const front = await startGrpcFront({
      server: rig.environment.address,
      onCall: (method) => {
        if (method !== 'StartWorkflowExecution') return;
        mkdirSync(home.runDir('ended'), { recursive: true });
        writeFileSync(
          home.runInput('ended'),
          JSON.stringify(runInputSchema.parse({ horizon: 3, entry: 'next-open' })),
        );
      },
    });
    try {
      const { status, stdout, stderr } = await startGurukul(
        ['run', '--run-id', 'ended', '--horizon', '4', '--detach'],
        { cwd: folder, env: { GURUKUL_HOME: home.root, TEMPORAL_ADDRESS: `127.0.0.1:${front.port}` } },
      ).ended;
      expect([status, stdout]).to.deep.equal([2, '']);
      expect(stderr).to.contain(
        '--run-id: ended is there already, with other input (--horizon: 3 there, 4 here)',
      );
    } finally {
      await rig.client.workflow.getHandle(workflowIds.run('ended')).terminate();
      await front.close();
    }
  });

  it('refuses one of two ingests at once with other input', async () => {
    // Nobody polls, so the one that wins keeps running.
    const symbols = (horizon: string) => ['--symbols', 'TCS', '--horizon', horizon];
    const ask = async (id: string, flags: readonly string[]): Promise<Ended> => {
      const asked = start('ingest', '--run-id', id, ...flags);
      // One that is refused ends without saying it.
      await asked.saying(/^ingest /m).catch(() => undefined);
      asked.child.kill('SIGINT');
      return asked.ended;
    };
    const both = await Promise.all(['3', '4'].map(async (horizon) => ask('read', symbols(horizon))));
    expect(both.map(({ status }) => status).sort(), both.map(({ stderr }) => stderr).join('')).to.deep.equal([
      130, 2,
    ]);
    expect(both.find(({ status }) => status === 2)?.stderr).to.match(
      /--run-id: read is there already, with other input \(--horizon: \d there, \d here\)/,
    );
    const other = await ask('read', ['--symbols', 'INFY']);
    expect([other.status, other.stderr]).to.deep.equal([
      2,
      'error: --run-id: read is there already, with other symbols; choose another id\n',
    ]);
    expect(readFileSync(home.symbols('read'), 'utf8')).to.equal('["TCS"]');
    await rig.client.workflow.getHandle(workflowIds.ingest('read')).terminate();
  });

  it('resumes a run that was cancelled', async () => {
    await withSimulation({}, async () => {
      const { status, stderr } = await gurukul('resume', 'long');
      expect(status, stderr).to.equal(0);
      expect(stderr).to.contain('run long starts again');
    });
  });

  it('keeps a decision when the run is resumed afterwards', async () => {
    await withSimulation({}, async () => {
      const words = ['--by', 'Asha', '--reason', 'beats its placebo'];
      expect((await gurukul('approve', 'good', ...words)).status).to.equal(0);
      mkdirSync(home.runDir('good'), { recursive: true });
      writeFileSync(
        home.runInput('good'),
        JSON.stringify(runInputSchema.parse({ runId: 'good', entry: 'next-open' })),
      );
      expect((await gurukul('rm', 'good', '--yes')).status, 'removed while it is done').to.equal(0);
      mkdirSync(home.runDir('good'), { recursive: true });
      writeFileSync(
        home.runInput('good'),
        JSON.stringify(runInputSchema.parse({ runId: 'good', entry: 'next-open' })),
      );
      const detached = await gurukul('resume', 'good', '--detach');
      expect([detached.status, detached.stdout]).to.deep.equal([0, 'good\n']);
      await rig.client.workflow.getHandle(workflowIds.run('good')).result();
    });
    expect(JSON.parse((await gurukul('status', 'good', '--json')).stdout)).to.include({
      decision: 'approved',
    });
    const runs: unknown = JSON.parse((await gurukul('list', '--json')).stdout);
    const listed = z.array(z.looseObject({ runId: z.string(), decision: z.string().nullable() })).parse(runs);
    expect(listed.find(({ runId }) => runId === 'good')?.decision).to.equal('approved');
  });

  it('says that a worker is busy where one has just asked for work', async () => {
    const followed = start('run', '--run-id', 'alone');
    await followed.saying(/the worker is busy and answers late \(it last asked for work \d+ s ago\)/);
    followed.child.kill('SIGINT');
    expect((await followed.ended).status).to.equal(130);
    const { stdout } = await gurukul('status', 'alone');
    expect(stdout).to.contain('as last written: the worker is busy');
    await rig.client.workflow.getHandle(workflowIds.run('alone')).terminate();
  });

  it('names runs that are near to a wrong name', async () => {
    const { status, stderr } = await gurukul('status', 'lonng');
    expect(status).to.equal(2);
    expect(stderr).to.equal(
      'error: there is no run lonng (did you mean long?); gurukul list shows the runs\n',
    );
  });
});
