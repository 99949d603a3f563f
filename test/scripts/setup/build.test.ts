import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../../data/store/package-root.js';
import { build, isBuilt } from '../../../scripts/setup/build.mjs';
import { BuildProblem } from '../../../scripts/shared/problem.mjs';
import { rejection } from '../../support/rejection.js';

const TSCONFIG = {
  compilerOptions: {
    ...{ target: 'ES2022', module: 'NodeNext', rootDir: '.', outDir: 'dist', types: [], strict: true },
    ...{ incremental: true, tsBuildInfoFile: 'dist/.tsbuildinfo' },
  },
  include: ['data', 'test'],
};

describe('compiling', function () {
  this.timeout(300_000);
  let root: string;
  const source = (name: string, text: string): void => writeFileSync(path.join(root, name), text);
  const compiled = (name: string): string => path.join(root, 'dist', name);

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'gurukul-build-'));
    symlinkSync(path.join(packageRoot, 'node_modules'), path.join(root, 'node_modules'));
    mkdirSync(path.join(root, 'data'));
    mkdirSync(path.join(root, 'test'));
    source('package.json', '{"type":"module"}');
    source('package-lock.json', '{}');
    source('tsconfig.json', JSON.stringify(TSCONFIG));
    source('data/kept.ts', 'export const kept: number = 1;\n');
    source('test/gone.test.ts', "import { kept } from '../data/kept.js';\nexport const twice = kept * 2;\n");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('happens when a source changed, and removes the output of deleted sources', async () => {
    expect(isBuilt(root)).to.equal(false);
    await build(root);
    expect(isBuilt(root)).to.equal(true);
    expect(existsSync(compiled('test/gone.test.js'))).to.equal(true);

    rmSync(path.join(root, 'test', 'gone.test.ts'));
    expect(isBuilt(root)).to.equal(false);
    await build(root);
    expect(existsSync(compiled('test/gone.test.js'))).to.equal(false);
    expect(existsSync(compiled('data/kept.js'))).to.equal(true);
  });

  it('does not happen again when git brings back what was there', async () => {
    await build(root);
    const file = path.join(root, 'data', 'kept.ts');
    const was = readFileSync(file);
    source('data/kept.ts', 'export const kept: number = 2;\n');
    expect(isBuilt(root), 'another content of the same size').to.equal(false);
    writeFileSync(file, was);
    utimesSync(file, new Date(), new Date('2031-01-01'));
    expect(isBuilt(root), 'the same content, written later').to.equal(true);
  });

  it('that fails says where, and does not count as done', async () => {
    source('data/kept.ts', "export const kept: number = 'text';\n");
    const error = await rejection(build(root), BuildProblem);
    expect(error.message).to.include('data/kept.ts(1,14)');
    expect(isBuilt(root)).to.equal(false);
  });
});
