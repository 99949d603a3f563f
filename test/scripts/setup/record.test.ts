import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { packagesKey } from '../../../scripts/setup/packages.mjs';
import { isReady, readRecord, writeRecord } from '../../../scripts/setup/record.mjs';
import { cachedCliPath } from '../../../scripts/setup/temporal-cli/provide.mjs';

describe('whether a clone is ready', () => {
  let root: string;
  let cache: string;
  const { PATH, TEMPORAL_CLI_PATH } = process.env;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'gurukul-ready-'));
    cache = path.join(root, 'cache');
    process.env['PATH'] = path.join(root, 'bin');
    delete process.env['TEMPORAL_CLI_PATH'];
    writeFileSync(path.join(root, 'package-lock.json'), '{}');
    mkdirSync(path.join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu'), { recursive: true });
    mkdirSync(path.join(cache, 'tensorflow', 'x', 'deps'), { recursive: true });
    mkdirSync(path.join(cache, 'tensorflow', 'x', 'lib'));
    mkdirSync(path.dirname(cachedCliPath(cache)), { recursive: true });
    writeFileSync(cachedCliPath(cache), '');
    for (const name of ['deps', 'lib']) symlinkSync(path.join(cache, 'tensorflow', 'x', name), link(name));
    writeRecord(root, {
      packages: packagesKey(root),
      cache,
      temporalCli: { path: cachedCliPath(cache), source: 'cache', version: 'temporal version 9' },
      tensorflow: {
        native: {
          folder: path.join(cache, 'tensorflow', 'x'),
          flavour: 'cpu',
          libraryVersion: '2',
          gpu: false,
        },
      },
    });
  });
  afterEach(() => {
    process.env['PATH'] = PATH;
    if (TEMPORAL_CLI_PATH !== undefined) process.env['TEMPORAL_CLI_PATH'] = TEMPORAL_CLI_PATH;
    rmSync(root, { recursive: true });
  });
  const link = (name: string): string =>
    path.join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu', name);

  it('is read from what the last set-up left', () => {
    expect(isReady(root, cache)).to.equal(true);
  });

  const changes: readonly (readonly [string, () => void])[] = [
    ['the lock file changed', () => writeFileSync(path.join(root, 'package-lock.json'), '{ }')],
    ['node_modules was deleted', () => rmSync(path.join(root, 'node_modules'), { recursive: true })],
    ['the cached CLI is gone', () => rmSync(cachedCliPath(cache))],
    ['the library is gone', () => rmSync(path.join(cache, 'tensorflow'), { recursive: true })],
    ['the package was installed again', () => rmSync(link('lib'))],
    [
      'another CLI is asked for',
      () => (process.env['TEMPORAL_CLI_PATH'] = path.join(root, 'package-lock.json')),
    ],
  ];
  for (const [what, change] of changes)
    it(`is denied when ${what}`, () => {
      change();
      expect(isReady(root, cache)).to.equal(false);
    });

  it('is false for another cache, and where the record is damaged', () => {
    expect(isReady(root, path.join(root, 'other'))).to.equal(false);
    writeFileSync(path.join(root, 'node_modules', '.gurukul-setup.json'), '{"packages"');
    expect(readRecord(root)).to.equal(undefined);
    expect(isReady(root, cache)).to.equal(false);
  });

  it('is true with WebAssembly too: the native library is not tried again at every start', () => {
    const record = readRecord(root);
    if (record === undefined) throw new Error('no record');
    writeRecord(root, { ...record, tensorflow: { reason: 'no compiler' } });
    expect(isReady(root, cache)).to.equal(true);
  });
});
