import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { linePrinter } from '../../../client/cli/printer.js';
import { reportError } from '../../../client/cli/report-error.js';
import { Home } from '../../../data/store/home.js';

describe('the trace of an unexpected error', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gurukul-trace-'));
  const usual = process.env['TMPDIR'];
  after(() => rmSync(folder, { recursive: true }));
  afterEach(() => {
    if (usual === undefined) Reflect.deleteProperty(process.env, 'TMPDIR');
    else process.env['TMPDIR'] = usual;
  });

  it('is private and under a random name, so that no link of another user is followed', () => {
    const shared = path.join(folder, 'tmp');
    const victim = path.join(folder, 'victim');
    writeFileSync(victim, 'precious');
    const home = new Home(path.join(victim, 'home'));
    mkdirSync(shared);
    const now = new Date('2026-01-02T03:04:05Z');
    symlinkSync(victim, path.join(shared, `cli-20260102-030405-${process.pid}.log`));
    process.env['TMPDIR'] = shared;
    const said: string[] = [];
    const cli = {
      ...{ home, packageRoot: folder, cwd: folder, self: 'gurukul', interactive: false },
      ...{ out: () => undefined, note: linePrinter((text) => void said.push(text.trimEnd())) },
      fields: () => undefined,
    };
    expect(reportError(cli, new TypeError('odd'), now)).to.equal(1);
    const file = /\(full trace: (.*)\)$/.exec(said[0] ?? '')?.[1] ?? '';
    expect(readFileSync(file, 'utf8')).to.contain('TypeError: odd');
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(path.basename(path.dirname(file))).to.match(/^gurukul-.{6}$/);
    expect(statSync(path.dirname(file)).mode & 0o777).to.equal(0o700);
    expect(readdirSync(shared)).to.have.length(2);
    expect(readFileSync(victim, 'utf8')).to.equal('precious');
  });
});
