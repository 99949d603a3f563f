import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../data/store/package-root.js';
import { onPath } from '../../scripts/shared/command.mjs';

const UNITS = path.join(packageRoot, 'temporal-config', 'cluster', 'systemd');
/** Where the units expect the project. */
const INSTALLED = '/opt/gurukul';

describe('units of systemd', () => {
  const names = readdirSync(UNITS);
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'gurukul-units-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('start programs that the project has', () => {
    expect(names).to.have.length(2);
    for (const name of names) {
      const text = readFileSync(path.join(UNITS, name), 'utf8');
      const files = [...text.matchAll(/\/opt\/gurukul\/(\S+)/g)].map(([, file = '']) => file);
      // Temporal's server is installed beside it.
      for (const file of files.filter((one) => one !== 'bin/server'))
        expect(existsSync(path.join(packageRoot, file)), file).to.equal(true);
    }
  });

  it('are what systemd understands', function () {
    const analyze = onPath('systemd-analyze');
    if (analyze === undefined) this.skip();
    const places = names.map((name) => {
      const place = path.join(folder, name.replace('@.', '@train.'));
      const text = readFileSync(path.join(UNITS, name), 'utf8');
      // It looks whether programs and folders are there.
      writeFileSync(
        place,
        text.replace(/ExecStart=\S+/, 'ExecStart=/bin/true').replaceAll(INSTALLED, packageRoot),
      );
      return place;
    });
    for (const place of places) execFileSync(analyze, ['verify', place], { encoding: 'utf8' });
    writeFileSync(path.join(folder, 'wrong.service'), '[Service]\nExecStrat=/bin/true\n');
    expect(() =>
      execFileSync(analyze, ['verify', path.join(folder, 'wrong.service')], { stdio: 'pipe' }),
    ).to.throw(/ExecStrat/);
  });
});
