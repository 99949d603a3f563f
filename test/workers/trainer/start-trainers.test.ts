import { availableParallelism } from 'node:os';

import { expect } from 'chai';

import { GurukulError } from '../../../data/errors.js';
import { Home } from '../../../data/store/home.js';
import { packageRoot } from '../../../data/store/package-root.js';
import type { BackendInfo } from '../../../workers/tensor/backend.js';
import type { Device } from '../../../workers/tensor/devices.js';
import { deviceOf, onlyDevice, parseDevices, visibleDevices } from '../../../workers/tensor/devices.js';
import { trainersOn } from '../../../workers/trainer/device-memory.js';
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
        gpu: null,
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

  it('share a device that is named more than once', async () => {
    const { started, create } = machine(['0', '1']);
    await startTrainers({ ...base, accelerator: 'gpu', devices: ['0', '0', '1'] }, create, listed(80_000));
    expect(started).to.deep.equal(['0', '0', '1']);
  });

  it('share the first device without a list of devices, and are as many as wanted on the CPU', async () => {
    const { started, create } = machine(['0']);
    const trainers = await startTrainers(
      { ...base, accelerator: 'gpu', devices: [] },
      create,
      listed(80_000),
    );
    expect(trainers).to.have.length(Math.min(4, availableParallelism()));
    expect(new Set(started)).to.deep.equal(new Set([undefined]));
    const cpu = { ...base, accelerator: 'cpu', devices: [], cpuTrainers: 3 } as const;
    expect(await startTrainers(cpu, create)).to.have.length(3);
  });

  it('are no more than the memory of their device and the cores take', () => {
    expect(trainersOn(device(80_000), 4, 16)).to.equal(4);
    expect(trainersOn(device(80_000), 4, 2)).to.equal(2);
    expect(trainersOn(device(5_000), 4, 16)).to.equal(2);
    expect(trainersOn(device(900), 4, 16)).to.equal(1);
    expect(trainersOn(undefined, 4, 16)).to.equal(1);
  });

  it('do not start on a device whose memory is taken, and say by how much', async () => {
    const { started, create } = machine(['0']);
    for (const devices of [[], ['0']]) {
      const refused = startTrainers({ ...base, accelerator: 'gpu', devices }, create, listed(419));
      const error = await rejection(refused, GurukulError);
      expect(error.type).to.equal('InvalidInput');
      expect(error.message).to.match(
        /^GPU 0 \(NVIDIA H100\) has 419 MiB of memory free, .* needs 700: nvidia-smi/,
      );
    }
    expect(started).to.deep.equal([]);
  });

  it('do not start where TensorFlow misses one of the devices, and leave no process behind', async () => {
    const { closed, create } = machine(['0']);
    const error = await rejection(
      startTrainers({ ...base, accelerator: 'gpu', devices: ['0', '1'] }, create),
      GurukulError,
    );
    expect(error.type).to.equal('InvalidInput');
    expect(error.message).to.match(/sees no GPU 1 here: gurukul doctor says why/);
    expect(closed).to.deep.equal(['0', '1']);
  });

  it('know the devices as the driver lists them', () => {
    expect(
      parseDevices(
        '0, NVIDIA H100 80GB HBM3, 81559, 80995, GPU-69, 580.159.04, 37\n1, NVIDIA L4, 23034, 1, GPU-7a, 580.159.04, [N/A]\n',
      ),
    ).to.deep.equal([
      {
        index: '0',
        name: 'NVIDIA H100 80GB HBM3',
        totalMib: 81559,
        freeMib: 80995,
        uuid: 'GPU-69',
        driver: '580.159.04',
        utilisation: 0.37,
      },
      {
        index: '1',
        name: 'NVIDIA L4',
        totalMib: 23034,
        freeMib: 1,
        uuid: 'GPU-7a',
        driver: '580.159.04',
        utilisation: NaN,
      },
    ]);
    expect(parseDevices('')).to.deep.equal([]);
  });

  it('take one device, of those that the environment lets them see', () => {
    expect(onlyDevice('3', '0,1')).to.equal('3');
    expect(onlyDevice(undefined, '2,3')).to.equal('2');
    expect(onlyDevice(undefined, '')).to.equal('');
    const devices = [device(1, '0'), device(1, '1')];
    expect(deviceOf(devices, '1')?.index).to.equal('1');
    expect(deviceOf(devices, 'GPU-1')?.index).to.equal('1');
    for (const hidden of ['', '-1', '7']) {
      expect(deviceOf(devices, hidden)).to.equal(undefined);
      expect(visibleDevices(devices, hidden)).to.deep.equal([]);
    }
    expect(visibleDevices(devices, '1,0').map(({ index }) => index)).to.deep.equal(['1', '0']);
  });
});

/** A device with so much memory free. */
function device(freeMib: number, index = '0'): Device {
  const uuid = `GPU-${index}`;
  return { index, name: 'NVIDIA H100', totalMib: 81_559, freeMib, uuid, driver: '580', utilisation: 0 };
}

function listed(freeMib: number): () => Promise<readonly Device[]> {
  return () => Promise.resolve([device(freeMib)]);
}
