import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { readRegular, readRegularHead } from '../../../data/store/read-regular.js';
import { rejection } from '../../support/rejection.js';

describe('a file of a folder that somebody else filled', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'gurukul-regular-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const problemOf = async (file: string, limit = 1_000_000): Promise<string> =>
    readRegular(file, limit).then(
      (bytes) => `read ${bytes.length} bytes`,
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );

  it('is read whole, through a link too', async () => {
    const [file, link] = [path.join(folder, 'a'), path.join(folder, 'b')];
    writeFileSync(file, 'bars');
    symlinkSync(file, link);
    expect((await readRegular(link, 4)).toString()).to.equal('bars');
    expect((await readRegularHead(link, 2, 4)).toString()).to.equal('ba');
    expect((await readRegularHead(link, 100, 4)).toString()).to.equal('bars');
  });

  it('is refused at once where it has no end, or is too large', async () => {
    const [device, pipe, large] = ['device', 'pipe', 'large'].map((name) => path.join(folder, name));
    symlinkSync('/dev/zero', device ?? '');
    execFileSync('mkfifo', [pipe ?? '']);
    writeFileSync(large ?? '', '');
    truncateSync(large ?? '', 3_000_000_000);
    mkdirSync(path.join(folder, 'a.csv'));
    for (const name of [device, pipe, path.join(folder, 'a.csv')]) {
      expect(await problemOf(name ?? '')).to.equal('it is no regular file');
      expect((await rejection(readRegularHead(name ?? '', 10, 100), Error)).message).to.match(
        /no regular file/,
      );
    }
    expect((await rejection(readRegularHead(large ?? '', 10, 1_000_000), Error)).message).to.match(
      /more than 1 MB/,
    );
    expect(await problemOf(large ?? '')).to.equal('it has more than 1 MB');
    expect(await problemOf(path.join(folder, 'nothing'))).to.match(/^ENOENT/);
  });
});
