import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';

import { expect } from 'chai';

import { replaceFile, removeStaleTemporaryFiles } from '../../../data/store/replace-file.js';

const MODULE = fileURLToPath(new URL('../../../data/store/replace-file.js', import.meta.url));

describe('replacing a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-replace-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('throws if the disk accepts only a part, and leaves the old file and nothing else', function () {
    if (process.platform === 'win32') {
      console.log('    skipped: this system cannot limit file sizes');
      this.skip();
    }
    const file = path.join(folder, 'weights.bin');
    writeFileSync(file, 'old');
    // With a limit of 8 KiB per file, the system accepts that much of a larger write without an error.
    const program = `
      import { replaceFile } from ${JSON.stringify(pathToFileURL(MODULE).href)};
      await replaceFile(${JSON.stringify(file)}, Buffer.alloc(100_000, 1)).catch((error) => console.log(error.code));`;
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', 'ulimit -f 8; exec "$0" --input-type=module -e "$1"', process.execPath, program],
      { encoding: 'utf8' },
    );
    expect(stdout.trim(), stderr).to.equal('EFBIG');
    expect(readFileSync(file, 'utf8')).to.equal('old');
    expect(readdirSync(folder)).to.deep.equal(['weights.bin']);
  });

  it('never mixes the contents of two writers', async () => {
    const file = path.join(folder, 'a.bin');
    const contents = [1, 2, 3, 4].map((fill) => Buffer.alloc(300_000, fill));
    await Promise.all(contents.map((content) => replaceFile(file, content)));
    const kept = readFileSync(file);
    expect(contents.some((content) => content.equals(kept))).to.equal(true);
    expect(readdirSync(folder)).to.deep.equal(['a.bin']);
  });

  it('removes temporary files of killed processes, but not of running ones or other machines', async () => {
    const host = encodeURIComponent(hostname()).replaceAll('.', '_');
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const name = (owner: string, pid: number): string => path.join(folder, `a.bin.${owner}-${pid}-1.tmp`);
    const files = [
      name(host, gone),
      name(host, process.pid),
      name('elsewhere', gone),
      path.join(folder, 'b'),
    ];
    for (const file of files) writeFileSync(file, '');
    await removeStaleTemporaryFiles(folder);
    expect(files.map((file) => existsSync(file))).to.deep.equal([false, true, true, true]);
    await removeStaleTemporaryFiles(path.join(folder, 'none'));
  });
});
