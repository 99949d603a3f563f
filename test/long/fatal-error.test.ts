import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { WORKER_ENTRY } from '../../client/embedded/embedded.js';
import type { WorkerProcess } from '../../client/embedded/worker-process.js';
import { superviseWorker } from '../../client/embedded/worker-process.js';
import type { GrpcFront } from '../support/grpc-front.js';
import { startGrpcFront } from '../support/grpc-front.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';

describe('a worker one of whose roles fails', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let front: GrpcFront;
  let folder: string;
  let worker: WorkerProcess | undefined;

  before(async () => {
    rig = await startTemporalRig();
    front = await startGrpcFront({ server: rig.environment.address });
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-fatal-'));
  });
  after(async () => {
    await worker?.stop();
    await front.close();
    await rig.stop();
    rmSync(folder, { recursive: true });
  });

  it('ends as a whole, reports why, and is started again', async () => {
    const lines: string[] = [];
    worker = superviseWorker({
      name: 'two-roles',
      entry: WORKER_ENTRY,
      args: ['--role', 'meta,io', '--home', folder, '--address', `127.0.0.1:${front.port}`],
      logs: folder,
      report: (line) => lines.push(line),
      backoffMs: 100,
    });
    await worker.ready;

    // Only role meta polls for workflow tasks: io could go on.
    front.refuseCalls('PollWorkflowTaskQueue');
    await until(() => lines.length > 0);
    front.refuseCalls(undefined);
    expect(lines[0]).to.match(/^worker two-roles ended \(status 1: role meta failed: .*permission/i);

    await until(() => lines.some((line) => line === 'worker two-roles is back'));
  });
});
