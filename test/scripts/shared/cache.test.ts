import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { cacheRoot, inTemporaryFolder, needSpace, prepareCache } from '../../../scripts/shared/cache.mjs';
import { SetupProblem } from '../../../scripts/shared/problem.mjs';

describe('the cache folder of set-up', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'gurukul-cache-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is GURUKUL_CACHE, else XDG_CACHE_HOME/gurukul, else ~/.cache/gurukul', () => {
    expect(cacheRoot({ GURUKUL_CACHE: '/a', XDG_CACHE_HOME: '/b' })).to.equal('/a');
    expect(cacheRoot({ GURUKUL_CACHE: '', XDG_CACHE_HOME: '/b' })).to.equal('/b/gurukul');
    expect(cacheRoot({})).to.equal(path.join(homedir(), '.cache', 'gurukul'));
  });

  it('removes the temporary folders of dead processes, and no others', () => {
    const kept = [`${hostname()}-${process.pid}-a`, 'elsewhere-4194305-b', 'unknown'];
    for (const name of [...kept, `${hostname()}-4194305-c`])
      mkdirSync(path.join(folder, 'tmp', name), { recursive: true });
    prepareCache(folder);
    expect(readdirSync(path.join(folder, 'tmp')).sort()).to.deep.equal([...kept].sort());
  });

  it('that cannot be written is named, with the remedy', () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    expect(() => prepareCache(path.join(file, 'cache'))).to.throw(SetupProblem, /GURUKUL_CACHE/);
  });

  it('with too little space is named before anything is fetched', () => {
    expect(() => needSpace(folder, 1e12, 'the library')).to.throw(SetupProblem, /the library needs about/);
    needSpace(folder, 0, 'nothing');
  });

  it('keeps no temporary folder after the work or its failure', async () => {
    prepareCache(folder);
    const seen = await inTemporaryFolder(folder, (temporary) => Promise.resolve(temporary));
    expect(existsSync(seen)).to.equal(false);
    const failed = inTemporaryFolder(folder, () => Promise.reject(new Error('no')));
    await failed.catch((error: unknown) => expect(error).to.have.property('message', 'no'));
    expect(readdirSync(path.join(folder, 'tmp'))).to.deep.equal([]);
  });
});
