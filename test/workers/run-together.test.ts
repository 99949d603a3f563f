import { expect } from 'chai';

import { RoleFailedError, runTogether } from '../../workers/run-together.js';
import { rejection } from '../support/rejection.js';

/** A worker whose end the test decides, with the states that the SDK's goes through. */
class ToyWorker {
  private state = 'INITIALIZED';
  private end: { resolve: () => void; reject: (error: Error) => void } | undefined;

  async run(): Promise<void> {
    this.state = 'RUNNING';
    return new Promise((resolve, reject) => (this.end = { resolve, reject }));
  }
  getState(): string {
    return this.state;
  }
  shutdown(): void {
    if (this.state !== 'RUNNING') throw new Error(`shut down while ${this.state}`);
    this.state = 'STOPPED';
    this.end?.resolve();
  }
  fail(message: string): void {
    this.state = 'FAILED';
    this.end?.reject(new Error(message));
  }
}

const nothing = async (): Promise<void> => Promise.resolve();

describe('the workers of a process', () => {
  let meta: ToyWorker;
  let io: ToyWorker;
  let leaving: AbortController;
  beforeEach(() => {
    meta = new ToyWorker();
    io = new ToyWorker();
    leaving = new AbortController();
  });
  const workers = () => new Map([['meta', meta] as const, ['io', io] as const]);

  it('poll until they are asked to leave', async () => {
    const run = runTogether(workers(), leaving, nothing);
    expect([meta.getState(), io.getState()]).to.deep.equal(['RUNNING', 'RUNNING']);
    leaving.abort();
    await run;
    expect([meta.getState(), io.getState()]).to.deep.equal(['STOPPED', 'STOPPED']);
  });

  it('leave at once when they were asked to before they could poll', async () => {
    leaving.abort();
    await runTogether(workers(), leaving, nothing);
    expect(io.getState()).to.equal('STOPPED');
  });

  it('all leave when one of them fails, with the first cause', async () => {
    const run = rejection(runTogether(workers(), leaving, nothing), RoleFailedError);
    meta.fail('the namespace is gone');
    const error = await run;
    expect(error).to.include({ role: 'meta', message: 'role meta failed: the namespace is gone' });
    expect(io.getState()).to.equal('STOPPED');
    expect(leaving.signal.aborted, 'activities are to write their checkpoints').to.equal(true);
  });

  it('all leave when the first thing to be done fails', async () => {
    const begin = async (): Promise<void> => Promise.reject(new Error('no such build'));
    const error = await rejection(runTogether(workers(), leaving, begin), Error);
    expect(error.message).to.equal('no such build');
    expect([meta.getState(), io.getState()]).to.deep.equal(['STOPPED', 'STOPPED']);
  });

  it('do not wait for the first thing to be done once one has failed', async () => {
    const never = async (): Promise<void> => new Promise(() => undefined);
    const run = rejection(runTogether(workers(), leaving, never), RoleFailedError);
    io.fail('no answer');
    expect((await run).role).to.equal('io');
  });
});
