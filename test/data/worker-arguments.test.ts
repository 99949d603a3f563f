import { expect } from 'chai';

import { workerArguments } from '../../client/cli/verbs/worker.js';
import { InvalidInputError } from '../../data/errors.js';
import {
  parseWorkerCommandLine,
  parseWorkerFlags,
  workerCommandLine,
} from '../../data/schemas/worker-arguments.js';
import { Home } from '../../data/store/home.js';

const problemsOf = (args: readonly string[]): readonly string[] => {
  try {
    parseWorkerCommandLine(args);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.problems;
  }
};

describe('the arguments of a worker', () => {
  it('may name a device several times: a trainer each', () => {
    const args = ['--role', 'train', '--accelerator', 'gpu', '--devices', '0,0,1'];
    expect(parseWorkerCommandLine(args)).to.deep.equal({
      roles: ['train'],
      accelerator: 'gpu',
      devices: ['0', '0', '1'],
      metrics: { host: '127.0.0.1', port: 0 },
    });
  });

  it('have all roles as "all", each role once, and a CPU unless another is named', () => {
    const everything = {
      roles: ['meta', 'io', 'cpu', 'train'],
      ...{ accelerator: 'cpu', devices: [], metrics: { host: '127.0.0.1', port: 0 } },
    };
    expect(parseWorkerFlags({ role: 'all' })).to.deep.equal(everything);
    expect(parseWorkerFlags({ role: 'io, meta,io' }).roles).to.deep.equal(['meta', 'io']);
    expect(parseWorkerFlags({ role: 'io,cpu', slots: '3' })).to.deep.include({ slots: 3 });
    expect(parseWorkerFlags({ role: 'train', trainers: '2', namespace: 'n' })).to.deep.include({
      trainers: 2,
      namespace: 'n',
    });
  });

  it('are refused with a message that names every wrong flag', () => {
    expect(problemsOf([])).to.deep.equal([
      '--role: must be one or several of meta, io, cpu, train, separated by commas, or all',
    ]);
    const wrong = ['--role', 'tain,io', '--accelerator', 'tpu', '--devices', 'a', '--trainers', '0'];
    expect(problemsOf(wrong).map((problem) => problem.replace(/:.*/, ''))).to.deep.equal([
      '--devices',
      '--trainers',
      '--role',
      '--accelerator',
    ]);
    expect(problemsOf(['--role', 'all', '--accelerator', 'gpu', '--trainers', '2'])).to.deep.equal([
      '--trainers: does not apply to --accelerator gpu; name a device several times instead: --devices 0,0,1',
    ]);
    expect(problemsOf(['--role', 'meta,train', '--slots', '2'])).to.deep.equal([
      '--slots: applies to workers with the role io or cpu only: a train worker has --trainers',
    ]);
    expect(problemsOf(['--role', 'meta', '--trainers', '2'])).to.deep.equal([
      '--trainers: applies to workers with the role train only',
    ]);
    expect(problemsOf(['--role', 'io', '--why', 'x']).join()).to.match(/Unknown option '--why'/);
  });

  it('say where metrics are exported, or that none are', () => {
    const metricsOf = (...args: readonly string[]): object | undefined =>
      parseWorkerCommandLine(['--role', 'io', ...args]).metrics;
    expect(metricsOf('--metrics-port', '9464', '--metrics-host', '::')).to.deep.equal({
      host: '::',
      port: 9464,
    });
    expect(metricsOf('--metrics-port', 'off')).to.equal(undefined);
    expect(problemsOf(['--role', 'io', '--metrics-port', '99999'])).to.deep.equal([
      '--metrics-port: must be at most 65535',
    ]);
    expect(problemsOf(['--role', 'io', '--metrics-port', 'on'])).to.deep.equal([
      '--metrics-port: must be a port number or off, not on',
    ]);
  });

  it('reach the worker program from `gurukul worker` as they were given', () => {
    const home = new Home('/nowhere/home');
    const flags = { role: 'train', accelerator: 'gpu', devices: '0,0,1', deployment: 'blue' };
    const line = workerArguments(home, flags);
    expect(parseWorkerCommandLine(line)).to.deep.equal(parseWorkerFlags({ ...flags, home: home.root }));
    expect(workerCommandLine({ role: 'io', devices: undefined })).to.deep.equal(['--role', 'io']);
  });
});
