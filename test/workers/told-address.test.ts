import { expect } from 'chai';

import { toldAddress } from '../../workers/told-address.js';

describe('the address that a worker is told', () => {
  it('is the one in the message of its parent, whether it comes before or after it is waited for', async () => {
    const before = toldAddress(new AbortController().signal);
    process.emit('message', { something: 'else' }, undefined);
    process.emit('message', { address: '127.0.0.1:1' }, undefined);
    expect(await before()).to.equal('127.0.0.1:1');
    const waiting = toldAddress(new AbortController().signal)();
    process.emit('message', { address: '127.0.0.1:2' }, undefined);
    expect(await waiting).to.equal('127.0.0.1:2');
  });

  it('is not waited for by a process that is to end', async () => {
    const leaving = new AbortController();
    const waiting = toldAddress(leaving.signal)().then(
      () => 'told',
      (error: unknown) => error,
    );
    leaving.abort();
    expect(await waiting).to.have.property('type', 'Cancelled');
  });
});
