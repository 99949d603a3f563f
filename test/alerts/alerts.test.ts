import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';
import { Counter } from 'prom-client';

import { verifyBundle } from '../../activities/audit/verify.js';
import { Home } from '../../data/store/home.js';
import { run } from '../../scripts/shared/command.mjs';
import { serveMetrics } from '../../temporal-config/metrics/endpoint.js';
import { addHomeMetrics } from '../../temporal-config/metrics/home-metrics.js';
import { createProcessMetrics } from '../../temporal-config/metrics/process-metrics.js';
import type { ProcessMetrics } from '../../temporal-config/metrics/process-metrics.js';
import { announceTarget } from '../../temporal-config/metrics/targets-file.js';
import { addQuotaMetrics } from '../../workers/metrics/quota-metrics.js';
import { activityMetrics } from '../../workers/metrics/activity-metrics.js';
import { addTrainerMetrics } from '../../workers/metrics/trainer-metrics.js';
import { createLogger } from '../../workers/logging.js';
import { until } from '../support/until.js';
import { MONITORING, startPrometheus } from './prometheus-server.js';
import type { PrometheusServer } from './prometheus-server.js';
import { providePrometheus } from './provide-prometheus.js';
import type { PrometheusPrograms } from './provide-prometheus.js';
import type { SdkFigures } from './sdk-text.js';
import { sdkText } from './sdk-text.js';
import { addChampion, attendTo, neglect } from './sick-home.js';

const HOST = '127.0.0.1';
const WATCHED = fileURLToPath(new URL('./watched-process.js', import.meta.url));
const HEALTHY: SdkFigures = {
  pollers: { meta: 5, io: 5, cpu: 5, 'train.cpu': 2 },
  slots: { meta: 100, io: 100, cpu: 100, 'train.cpu': 2 },
  nonDeterminism: 0,
  late: 0,
};
const TRAINER = { index: 0, device: 'cpu' };
const WELL = { residentBytes: 1e9, heapBytes: 1e8, loopDelay: 0, checkpointAge: 1 };
const ALERTS = [
  ...readFileSync(path.join(MONITORING, 'alert-rules.yml'), 'utf8').matchAll(/alert: (\w+)/g),
].map(([, name = '']) => name);

describe('the alert rules', function () {
  this.timeout(300_000);
  let programs: PrometheusPrograms;
  let folder: string;
  let prometheus: PrometheusServer | undefined;
  let watched: ChildProcess | undefined;
  /** What the worker of the first home says of itself, at any time. */
  let sdk: SdkFigures = HEALTHY;
  let calls = 10;
  let home: Home;
  /** One whose log of decisions gets broken: the others' figures cannot be read then. */
  let broken: Home;
  let metrics: ProcessMetrics;
  let say: ReturnType<typeof addTrainerMetrics>;
  const ends: (() => void)[] = [];

  before(async function () {
    const found = await providePrometheus();
    if (typeof found === 'string') {
      process.stderr.write(`${found}\n`);
      this.skip();
    }
    programs = found;
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-alerts-'));
    home = new Home(path.join(folder, 'home'));
    broken = new Home(path.join(folder, 'broken'));
    await addChampion(home);
    metrics = createProcessMetrics(async () => Promise.resolve(sdkText(sdk)));
    addHomeMetrics(metrics, home);
    activityMetrics(metrics.registry, home, createLogger({}));
    addQuotaMetrics(metrics, home, async () => Promise.resolve({ dayCalls: calls, dayLimit: 100 }));
    say = addTrainerMetrics(metrics, () => 0);
    say(TRAINER, WELL);
    await serve(home, 'worker-all', metrics);
    const second = createProcessMetrics(async () => Promise.resolve(sdkText(HEALTHY)));
    addHomeMetrics(second, broken);
    await serve(broken, 'worker-all', second);
    watched = fork(WATCHED, [home.root]);
    await once(watched, 'message');
    prometheus = await startPrometheus(programs.prometheus, folder, [home.root, broken.root]);
  });

  after(async () => {
    watched?.kill('SIGKILL');
    await prometheus?.stop();
    for (const end of ends) end();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  async function serve(of: Home, name: string, { text }: ProcessMetrics): Promise<void> {
    const { port, close } = await serveMetrics(
      { host: HOST, port: 0 },
      { text, problems: async () => Promise.resolve([]) },
    );
    await announceTarget(of, { name, host: HOST, port });
    ends.push(close);
  }

  const server = (): PrometheusServer => {
    if (prometheus === undefined) throw new Error('no Prometheus');
    return prometheus;
  };
  function add(name: string, labels: Record<string, string>, n: number): void {
    const metric = metrics.registry.getSingleMetric(name);
    if (!(metric instanceof Counter)) throw new Error(`${name} is no counter`);
    metric.inc(labels, n);
  }

  it('are valid, and hold in the cases of alert-rules-test.yml', async () => {
    for (const args of [
      ['check', 'config', 'prometheus.yml'],
      ['test', 'rules', 'alert-rules-test.yml'],
    ]) {
      const { ok, output } = await run(programs.promtool, args, { cwd: MONITORING });
      expect(ok, output).to.equal(true);
    }
  });

  it('are silent while nothing is wrong', async () => {
    await until(async () => (await server().value('count(up{job="gurukul"} == 1)')) === 3);
    await until(async () => (await server().value('min(count_over_time(up[1m]))')) === 5);
    expect([...(await server().fired())]).to.deep.equal([]);
  });

  it('fire, each by its fault', async () => {
    await neglect(home);
    mkdirSync(broken.champions(), { recursive: true });
    writeFileSync(broken.decision(1), 'not a decision');
    sdk = {
      pollers: { meta: 5, io: 5, cpu: 0 },
      slots: { meta: 0, io: 100, cpu: 100 },
      nonDeterminism: 1,
      late: 0,
    };
    calls = 95;
    say(TRAINER, { ...WELL, residentBytes: 9e9, checkpointAge: 125 });
    expect((await verifyBundle(folder)).ok).to.equal(false);
    watched?.send('block');
    const missing = async (): Promise<string[]> => {
      const fired = await server().fired();
      return ALERTS.filter((name) => !fired.has(name));
    };
    const waiting = setInterval(() => {
      sdk = { ...sdk, late: sdk.late + 1 };
      add('gurukul_activity_failures_total', { activity: 'teachShard', type: 'TrainerCrashed' }, 1);
      add('gurukul_windows_total', { outcome: 'failed', reason: 'Diverged' }, 5);
    }, 1_000);
    try {
      await until(async () => (await missing()).every((name) => name === 'GurukulProcessDown'));
    } finally {
      clearInterval(waiting);
    }
    watched?.kill('SIGKILL');
    await until(async () => (await missing()).length === 0);
    expect([...(await server().fired())].sort()).to.deep.equal([...ALERTS].sort());
  });

  it('name what is concerned', async () => {
    let firing = await server().firing();
    await until(async () => {
      firing = await server().firing();
      return firing.has('GurukulProcessDown') && firing.has('GurukulChampionTrigger');
    });
    expect(firing.get('GurukulChampionTrigger')).to.include({ home: home.root, trigger: 'drift' });
    expect(firing.get('GurukulHomeUnreadable')).to.include({ home: broken.root });
    expect(firing.get('GurukulCheckpointOld')).to.include({ process: 'worker-all', trainer: '0' });
    expect(firing.get('GurukulProcessDown')).to.include({ process: 'watched' });
  });

  it('are silent again', async () => {
    attendTo(home);
    rmSync(broken.decision(1));
    sdk = { ...HEALTHY, late: sdk.late };
    calls = 10;
    say(TRAINER, WELL);
    // As the next process of the home does when it starts.
    await serve(home, 'worker-all', metrics);
    await until(async () => (await server().firing()).size === 0);
    expect(await server().value('count(up{job="gurukul"} == 1)')).to.equal(2);
  });
});
