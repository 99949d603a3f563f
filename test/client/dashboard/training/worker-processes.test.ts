import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect } from 'chai';
import { z } from 'zod';

import { serveMetrics } from '../../../../temporal-config/metrics/endpoint.js';
import { createProcessMetrics } from '../../../../temporal-config/metrics/process-metrics.js';
import { announceTarget } from '../../../../temporal-config/metrics/targets-file.js';
import { addGpuMetrics } from '../../../../workers/metrics/gpu-metrics.js';
import { addTrainerMetrics } from '../../../../workers/metrics/trainer-metrics.js';
import type { DashboardRig } from '../support/dashboard.js';
import { dashboardRig } from '../support/dashboard.js';

const HOST = '127.0.0.1';
const SLOTS = [
  'temporal_worker_task_slots_available{task_queue="train.gpu",worker_type="ActivityWorker"} 1',
  'temporal_worker_task_slots_used{task_queue="train.gpu",worker_type="ActivityWorker"} 2',
  'temporal_worker_task_slots_available{task_queue="train.gpu",worker_type="LocalActivityWorker"} 9',
].join('\n');
const GPU = { index: '1', name: 'NVIDIA L4', totalMib: 100, freeMib: 25, uuid: 'GPU-1', driver: '580' };

const answerSchema = z.object({
  processes: z.array(
    z.object({ name: z.string(), pid: z.number(), figures: z.record(z.string(), z.unknown()).nullable() }),
  ),
});

describe('worker processes on the page', () => {
  let rig: DashboardRig;
  const closing: (() => void)[] = [];

  beforeEach(async () => {
    rig = await dashboardRig();
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) close();
    await rig.close();
  });

  async function announced(name: string, port: number): Promise<void> {
    const withdraw = await announceTarget(rig.home, { name, host: HOST, port });
    closing.push(() => void withdraw());
  }

  async function asked(): Promise<z.output<typeof answerSchema>['processes']> {
    return answerSchema.parse((await rig.app.inject('/api/workers')).json()).processes;
  }

  it('show the slots, memory, event loop, trainers and GPUs that their metrics have', async () => {
    const metrics = createProcessMetrics(async () => Promise.resolve(`${SLOTS}\n`));
    const say = addTrainerMetrics(metrics, () => 0);
    say({ index: 0, device: '1' }, { residentBytes: 5, heapBytes: 3, loopDelay: 0.5, checkpointAge: 2 });
    say({ index: 1, device: '1' }, { residentBytes: 6, heapBytes: 3, loopDelay: 0.25, checkpointAge: null });
    addGpuMetrics(metrics, ['1', '1'], async () =>
      Promise.resolve([
        { ...GPU, utilisation: 0.5 },
        { ...GPU, index: '2', uuid: 'GPU-2', utilisation: 0 },
      ]),
    );
    const { port, close } = await serveMetrics(
      { host: HOST, port: 0 },
      { text: metrics.text, problems: async () => Promise.resolve([]) },
    );
    closing.push(close);
    await announced('worker-train', port);
    await announced('dashboard', port);

    const [process, ...others] = await asked();
    expect(others).to.deep.equal([]);
    expect(process).to.include({ name: 'worker-train' });
    const { residentBytes, loopDelay, ...figures } = process?.figures ?? {};
    expect(residentBytes).to.be.a('number').above(1e6);
    expect(loopDelay).to.be.a('number');
    expect(figures).to.deep.equal({
      slots: [{ queue: 'train.gpu', kind: 'activities', used: 2, free: 1 }],
      trainers: [
        { trainer: '0', device: '1', residentBytes: 5, loopDelay: 0.5, checkpointAge: 2 },
        { trainer: '1', device: '1', residentBytes: 6, loopDelay: 0.25, checkpointAge: null },
      ],
      gpus: [
        {
          ...{ gpu: '1', model: 'NVIDIA L4', utilisation: 0.5 },
          ...{ usedBytes: 75 * 1024 * 1024, totalBytes: 100 * 1024 * 1024 },
        },
      ],
    });
  });

  it('that have ended, lead elsewhere or never stop talking are said not to answer', async () => {
    const sent = Buffer.alloc(1024 * 1024, 'a 1\n');
    const server = createServer(({ url }, response) => {
      if (url !== '/metrics') return void response.end('a 1\n');
      const more = (): void => {
        if (!response.destroyed) response.write(sent, more);
      };
      more();
    });
    const redirect = createServer((_, response) =>
      response.writeHead(302, { location: `http://${HOST}:1/metrics` }).end(),
    );
    for (const one of [server, redirect]) {
      await new Promise<void>((resolve) => one.listen(0, HOST, resolve));
      closing.push(() => {
        one.close();
        one.closeAllConnections();
      });
    }
    await announced('worker-io', portOf(server.address()));
    await announced('worker-meta', portOf(redirect.address()));
    // Nothing listens there.
    await announced('worker-cpu', 1);
    expect((await asked()).map(({ name, figures }) => [name, figures])).to.deep.equal([
      ['worker-cpu', null],
      ['worker-io', null],
      ['worker-meta', null],
    ]);
  });
});

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
