import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import type { WorkerProcess } from '../../../client/embedded/worker-process.js';
import { superviseWorker } from '../../../client/embedded/worker-process.js';
import { InvalidInputError } from '../../../data/errors.js';

const READY = `console.log(JSON.stringify({ ready: true })); setInterval(() => {}, 1000);`;
/** Counts its starts in a file. */
const COUNT = `
import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync(process.argv[2], process.pid + '\\n');
const starts = readFileSync(process.argv[2], 'utf8').trim().split('\\n').length;
`;

describe('a supervised worker process', () => {
  let folder: string;
  let reported: string[];
  let worker: WorkerProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-worker-'));
    reported = [];
  });
  afterEach(async () => {
    await worker?.stop();
    worker = undefined;
    rmSync(folder, { recursive: true });
  });

  const startsFile = (): string => path.join(folder, 'starts');
  const pids = (): number[] => readFileSync(startsFile(), 'utf8').trim().split('\n').map(Number);
  const supervise = (program: string, more: { address?: Promise<string> } = {}): WorkerProcess => {
    const entry = path.join(folder, 'worker.mjs');
    writeFileSync(entry, COUNT + program);
    worker = superviseWorker({
      name: 'toy',
      entry,
      args: [startsFile()],
      logs: path.join(folder, 'logs'),
      report: (line) => reported.push(line),
      backoffMs: 20,
      drainMs: 500,
      ...more,
    });
    return worker;
  };

  it('is ready when it says so, and ends when asked to', async () => {
    const toy = supervise(`process.on('SIGTERM', () => process.exit(0)); ${READY}`);
    await toy.ready;
    await toy.stop();
    expect(isAlive(pids()[0])).to.equal(false);
    expect(reported).to.deep.equal([]);
  });

  it('reports the stages of its start when it is ready', async () => {
    const stages = [{ name: 'connect', from: 1, to: 2 }];
    const ready = JSON.stringify({ ready: true, stages });
    const toy = supervise(`console.log('${ready}'); setInterval(() => {}, 1000);`);
    expect(await toy.ready).to.deep.equal(stages);
  });

  it('is told the address of its server when there is one, also after a restart', async () => {
    let serves: (address: string) => void = () => undefined;
    const address = new Promise<string>((resolve) => (serves = resolve));
    const toy = supervise(
      `process.on('message', ({ address }) => console.log(JSON.stringify({ ready: true, stages: [{ name: address, from: 0, to: 1 }] })));
       setInterval(() => {}, 1000);`,
      { address },
    );
    serves('127.0.0.1:7233');
    expect(await toy.ready).to.deep.equal([{ name: '127.0.0.1:7233', from: 0, to: 1 }]);
    process.kill(pids()[0] ?? NaN, 'SIGKILL');
    await until(() => reported.some((line) => line.includes('is back')));
  });

  it('is started again when it is killed', async () => {
    const toy = supervise(READY);
    await toy.ready;
    process.kill(pids()[0] ?? NaN, 'SIGKILL');
    await until(() => reported.some((line) => line.includes('is back')));
    expect(reported[0]).to.match(/worker toy ended \(SIGKILL\); starting it again in 0.02s/);
    expect(pids()).to.have.length(2);
  });

  it('is given up after failing to start several times, with its last error', async () => {
    const toy = supervise(`console.error('{"level":50,"msg":"no disk left"}'); process.exit(1);`);
    const error = await rejection(toy.ready);
    expect(error.message).to.contain('no disk left');
    expect(error.message).to.contain(path.join(folder, 'logs', 'worker-toy.log'));
    expect(pids()).to.have.length(3);
    expect((await rejection(toy.lost)).message).to.equal(error.message);
  });

  it('is not started again when it refuses its settings', async () => {
    const toy = supervise(`console.error('--devices: there is no GPU'); process.exit(2);`);
    const error = await rejection(toy.ready);
    expect(error).to.be.instanceOf(InvalidInputError);
    expect(error.message).to.contain('there is no GPU');
    expect(pids()).to.have.length(1);
  });

  it('is killed when it does not drain in time', async () => {
    const toy = supervise(`process.on('SIGTERM', () => {}); ${READY}`);
    await toy.ready;
    await toy.stop();
    expect(isAlive(pids()[0])).to.equal(false);
    expect(reported.join()).to.contain('did not end within 0.5s');
  });

  it('stays ended when it is stopped while waiting to be started again', async () => {
    const toy = supervise(`if (starts > 1) process.exit(0); ${READY}`);
    await toy.ready;
    process.kill(pids()[0] ?? NaN, 'SIGKILL');
    await until(() => reported.length > 0);
    // The timer of the next start is the one that was not there before, and is gone after.
    const waiting = timers();
    await toy.stop();
    expect(timers()).to.equal(waiting - 1);
    expect(existsSync(startsFile()) && pids().length).to.equal(1);
  });
});

/** Timers of this process that are still to fire. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
}

function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? NaN, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
