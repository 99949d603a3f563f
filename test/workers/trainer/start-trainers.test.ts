import { expect } from 'chai';

import { GurukulError } from '../../../data/errors.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import type { BackendInfo } from '../../../workers/tensor/backend.js';
import { parseDevices } from '../../../workers/tensor/devices.js';
import { startTrainers } from '../../../workers/trainer/start-trainers.js';
import type { SupervisedTrainer, TrainerOptions } from '../../../workers/trainer/supervisor.js';
import { rejection } from '../../support/rejection.js';

const LOG = { debug: () => undefined, info: () => undefined, warn: () => undefined };

describe('the trainers of a worker', () => {
  const base = { home: new Home('/nowhere'), packageRoot, log: LOG };

  /** Trainers on a machine whose devices are these. */
  function machine(devices: readonly string[]) {
    const started: (string | undefined)[] = [];
    const closed: (string | undefined)[] = [];
    const create = ({ accelerator, device }: TrainerOptions): SupervisedTrainer => {
      started.push(device);
      const seen = accelerator === 'gpu' && devices.includes(device ?? '0');
      const backend: BackendInfo = {
        name: 'tensorflow',
        version: '2.15.1',
        device: seen ? 'gpu' : 'cpu',
        instructionSet: 'avx2',
        id: 'id',
        fallbackReason: null,
      };
      return {
        backend: () => Promise.resolve(backend),
        run: () => Promise.reject(new Error('unused')),
        close: () => {
          closed.push(device);
          return Promise.resolve();
        },
      };
    };
    return { started, closed, create };
  }

  it('are one a device, each seeing its own', async () => {
    const { started, create } = machine(['0', '1', '3']);
    const trainers = await startTrainers({ ...base, accelerator: 'gpu', devices: ['0', '3'] }, create);
    expect(trainers).to.have.length(2);
    expect(started).to.deep.equal(['0', '3']);
  });

  it('are one without a list of devices, and as many as wanted on the CPU', async () => {
    const { started, create } = machine(['0']);
    expect(await startTrainers({ ...base, accelerator: 'gpu', devices: [] }, create)).to.have.length(1);
    expect(started).to.deep.equal([undefined]);
    const cpu = { ...base, accelerator: 'cpu', devices: [], cpuTrainers: 3 } as const;
    expect(await startTrainers(cpu, create)).to.have.length(3);
  });

  it('do not start where TensorFlow misses one of the devices, and leave no process behind', async () => {
    const { closed, create } = machine(['0']);
    const error = await rejection(
      startTrainers({ ...base, accelerator: 'gpu', devices: ['0', '1'] }, create),
      GurukulError,
    );
    expect(error.type).to.equal('InvalidInput');
    expect(error.message).to.match(/sees no GPU 1 here: npm run check:gpu/);
    expect(closed).to.deep.equal(['0', '1']);
  });

  it('know the devices as the driver lists them', () => {
    expect(parseDevices('0, NVIDIA H100 80GB HBM3, 81559, 80995\n1, NVIDIA L4, 23034, 1\n')).to.deep.equal([
      { index: '0', name: 'NVIDIA H100 80GB HBM3', totalMib: 81559, freeMib: 80995 },
      { index: '1', name: 'NVIDIA L4', totalMib: 23034, freeMib: 1 },
    ]);
    expect(parseDevices('')).to.deep.equal([]);
  });
});
