import { expect } from 'chai';

import { codeVersion, digestModules } from '../../../data/store/code-version.js';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

describe('the code version', () => {
  it('is a digest of the program that is running', async () => {
    expect(await codeVersion()).to.match(/^[0-9a-f]{64}$/);
    expect(await codeVersion()).to.equal(await codeVersion());
  });

  it('changes with a module, and with nothing else', async () => {
    const root = await mkdtemp(path.join(tmpdir(), 'gurukul-code-'));
    for (const folder of ['activities/teach', 'data', 'workers/tensor', 'workers/trainer', 'client'])
      await mkdir(path.join(root, folder), { recursive: true });
    const write = (file: string, text: string): Promise<void> => writeFile(path.join(root, file), text);
    await write('activities/teach/a.js', 'one');
    const first = await digestModules(root);
    await write('activities/teach/a.js.map', 'map');
    await write('client/b.js', 'client');
    expect(await digestModules(root)).to.equal(first);
    await write('activities/teach/a.js', 'two');
    const second = await digestModules(root);
    expect(second).to.not.equal(first);
    await write('workers/tensor/c.js', '');
    expect(await digestModules(root)).to.not.equal(second);
  });
});
