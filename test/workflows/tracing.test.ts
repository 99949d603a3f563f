import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { Home } from '../../data/store/home.js';
import { connectClient } from '../../temporal-config/connection.js';
import { asksForTraces, flushTraces } from '../../temporal-config/tracing/tracing.js';
import type { trainUniverse } from '../../workflows/train-universe.js';
import type { OtlpReceiver, ReceivedSpan } from '../support/otlp-receiver.js';
import { startOtlpReceiver } from '../support/otlp-receiver.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { startWorkerProcess } from '../support/worker-process.js';

const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const targetSchema = z.tuple([z.object({ targets: z.tuple([z.string()]) })]);

describe('a worker process that is watched', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let receiver: OtlpReceiver;
  let home: Home;
  let worker: WorkerProcess | undefined;

  before(async () => {
    rig = await startTemporalRig();
    receiver = await startOtlpReceiver();
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-watched-')));
    process.env[ENDPOINT] = receiver.url;
    worker = await startWorkerProcess({
      roles: 'meta,io',
      home: home.root,
      address: rig.environment.address,
      env: { [ENDPOINT]: receiver.url },
    });
  });
  after(async () => {
    Reflect.deleteProperty(process.env, ENDPOINT);
    await worker?.kill();
    receiver.close();
    await rig.stop();
    rmSync(home.root, { recursive: true });
  });

  it('is asked for traces by the usual variables alone', () => {
    expect(asksForTraces({})).to.equal(false);
    expect(asksForTraces({ [ENDPOINT]: '' })).to.equal(false);
    expect(asksForTraces({ [ENDPOINT]: 'http://127.0.0.1:1' })).to.equal(true);
    expect(asksForTraces({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1' })).to.equal(true);
    expect(asksForTraces({ [ENDPOINT]: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' })).to.equal(false);
    expect(asksForTraces({ [ENDPOINT]: 'http://127.0.0.1:1', OTEL_TRACES_EXPORTER: 'none' })).to.equal(false);
  });

  it('is in one trace with the client, from its start to the activity', async () => {
    const { client, connection } = await connectClient({ address: rig.environment.address });
    const refused = await client.workflow
      .execute<typeof trainUniverse>('trainUniverse', {
        args: [{ horizon: -1 }],
        taskQueue: 'meta',
        workflowId: 'train/traced',
      })
      .catch((error: unknown) => error);
    expect(refused).to.be.an('error');
    await flushTraces();
    await connection.close();
    const span = (name: string): ReceivedSpan | undefined => receiver.spans.find((one) => one.name === name);
    await until(() => span('RunActivity:settleRun') !== undefined);
    const started = span('StartWorkflow:trainUniverse');
    const run = span('RunWorkflow:trainUniverse');
    const scheduled = span('StartActivity:settleRun');
    const activity = span('RunActivity:settleRun');
    expect(started?.service).to.equal('gurukul');
    expect(activity?.service).to.equal('gurukul-worker');
    expect(run?.parentSpanId).to.equal(started?.spanId);
    expect(scheduled?.parentSpanId).to.equal(run?.spanId);
    expect(activity?.parentSpanId).to.equal(scheduled?.spanId);
    expect(activity?.traceId).to.equal(started?.traceId);
  });

  it('leaves histories that replay without traces', async () => {
    expect(await rig.replayAll()).to.be.greaterThan(0);
  });

  it('exports its own metrics and the SDK’s, by the names that the alert rules use', async () => {
    const [file = ''] = readdirSync(home.metricsTargets());
    const [{ targets }] = targetSchema.parse(
      JSON.parse(readFileSync(path.join(home.metricsTargets(), file), 'utf8')),
    );
    const get = async (route: string): Promise<string> =>
      (await fetch(`http://${targets[0]}${route}`)).text();
    expect(JSON.parse(await get('/readyz'))).to.deep.equal({ ready: true, problems: [] });
    const metrics = await get('/metrics');
    for (const line of [
      /^gurukul_activity_failures_total\{activity="settleRun",type="InvalidInput"\} 1$/m,
      /^gurukul_quota_calls_left\{provider="yahoo"\} \d+$/m,
      /^gurukul_home_readable 1$/m,
      /^temporal_num_pollers\{.*poller_type="activity_task".*task_queue="meta"\} [1-9]/m,
      /^temporal_worker_task_slots_available\{.*task_queue="io",worker_type="ActivityWorker"\} \d+$/m,
      /^temporal_activity_schedule_to_start_latency_seconds_bucket\{.*le="\+Inf"\} \d+$/m,
      /^temporal_workflow_task_schedule_to_start_latency_seconds_bucket\{.*le="\+Inf"\} \d+$/m,
    ])
      expect(metrics).to.match(line);
  });

  it('withdraws its address when it leaves', async () => {
    expect(await worker?.leave()).to.equal(0);
    expect(readdirSync(home.metricsTargets())).to.deep.equal([]);
  });
});
