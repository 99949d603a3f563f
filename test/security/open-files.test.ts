import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';

import { homeProblems } from '../../client/cli/home-problems.js';
import { Home } from '../../data/store/home.js';
import { closeOpenFiles, openFiles } from '../../data/store/open-files.js';
import { packageRoot } from '../../data/store/package-root.js';
import type { Check } from '../../temporal-config/doctor.js';
import { runDoctor } from '../../temporal-config/doctor.js';

const WORKER = fileURLToPath(new URL('../../workers/main.js', import.meta.url));
const modeOf = (file: string): number => statSync(file).mode & 0o777;

describe('files of a home that other users could open', () => {
  let home: Home;
  const files = (): string[] => [
    ...[home.champions(), home.decision(1), home.decisionsHeads(), home.decisionsHead(1)],
    ...[home.temporal(), home.temporalDatabase(), `${home.temporalDatabase()}-wal`],
  ];
  beforeEach(function () {
    if (process.platform === 'win32') this.skip();
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-open-files-')));
    for (const folder of [home.champions(), home.decisionsHeads(), home.temporal()])
      mkdirSync(folder, { recursive: true });
    for (const file of [...files(), home.champion()]) {
      if (!existsSync(file)) writeFileSync(file, '{}');
      chmodSync(file, statSync(file).isDirectory() ? 0o755 : 0o664);
    }
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  it('are found, by name, and closed', () => {
    expect(openFiles(home).map(({ file }) => file)).to.have.members(files());
    expect(closeOpenFiles(home)).to.deep.equal([]);
    expect(openFiles(home)).to.deep.equal([]);
    for (const file of files())
      expect(modeOf(file), file).to.equal(statSync(file).isDirectory() ? 0o700 : 0o600);
    // For other programs to read.
    expect(modeOf(home.champion()) & 0o044).to.equal(0o044);
  });

  it('are left where their folder may hold exchanged files: that is refused, not mended', () => {
    chmodSync(home.champions(), 0o777);
    closeOpenFiles(home);
    expect(modeOf(home.champions())).to.equal(0o777);
    expect(homeProblems(home.root)).to.have.length(1);
  });

  it('are never reached through a link', () => {
    const elsewhere = path.join(home.root, 'elsewhere');
    writeFileSync(elsewhere, '');
    chmodSync(elsewhere, 0o644);
    symlinkSync(elsewhere, home.decision(2));
    closeOpenFiles(home);
    expect(modeOf(elsewhere)).to.equal(0o644);
  });

  it('are closed by a worker that starts, and shown by the doctor until then', async () => {
    const checked = async (): Promise<Check | undefined> =>
      (await runDoctor({ home, packageRoot })).find(({ name }) => name === 'private files');
    const folders = [home.champions(), home.decisionsHeads(), home.temporal()];
    expect(await checked()).to.deep.equal({
      name: 'private files',
      status: 'warning',
      detail: `other users of this machine can open 7 in ${folders.join(', ')}`,
      remedy: `the next start of a worker closes them; at once: chmod -R go-rwx ${folders.join(' ')}`,
    });
    // It ends soon: no server is there.
    const { status } = spawnSync(process.execPath, [WORKER, '--role', 'cpu', '--home', home.root]);
    expect(status).to.equal(2);
    expect(await checked()).to.deep.include({ status: 'ok' });
  }).timeout(60_000);
});
