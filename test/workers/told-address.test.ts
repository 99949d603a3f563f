import { EventEmitter } from 'node:events';

import { expect } from 'chai';

import { toldAddress } from '../../workers/told-address.js';

/** A parent, and what was done to the channel to it, in order. */
class FakeParent extends EventEmitter {
  readonly done: string[] = [];
  readonly channel = { ref: () => this.done.push('ref'), unref: () => this.done.push('unref') };

  says(message: unknown): void {
    this.emit('message', message);
  }
}

describe('the address that a worker is told', () => {
  it('is the one in the message of its parent, whether it comes before or after it is waited for', async () => {
    const early = new FakeParent();
    const before = toldAddress(new AbortController().signal, early);
    early.says({ something: 'else' });
    early.says({ address: '127.0.0.1:1' });
    expect(await before()).to.equal('127.0.0.1:1');
    const late = new FakeParent();
    const waiting = toldAddress(new AbortController().signal, late)();
    late.says({ address: '127.0.0.1:2' });
    expect(await waiting).to.equal('127.0.0.1:2');
  });

  it('keeps the process alive only while it is waited for', async () => {
    const parent = new FakeParent();
    const address = toldAddress(new AbortController().signal, parent);
    expect(parent.done).to.deep.equal([]);
    const waiting = address();
    expect(parent.done).to.deep.equal(['ref']);
    parent.says({ address: '127.0.0.1:1' });
    await waiting;
    expect(parent.done).to.deep.equal(['ref', 'unref']);
  });

  it('is not waited for by a process that is to end', async () => {
    const leaving = new AbortController();
    const parent = new FakeParent();
    const waiting = toldAddress(leaving.signal, parent)().then(
      () => 'told',
      (error: unknown) => error,
    );
    leaving.abort();
    expect(await waiting).to.have.property('type', 'Cancelled');
    expect(parent.done).to.deep.equal(['ref', 'unref']);
  });
});
