import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import {
  codeVersion,
  digestFolders,
  reachableModules,
  trainingCodeVersion,
} from '../../../data/store/code-version.js';
import { packageRoot } from '../../../data/store/package-root.js';

describe('the code version', () => {
  let root: string;
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  };
  beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'gurukul-code-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('is a digest of the program that is running', async () => {
    for (const version of [codeVersion, trainingCodeVersion]) {
      expect(await version()).to.match(/^[0-9a-f]{64}$/);
      expect(await version()).to.equal(await version());
    }
    expect(await codeVersion()).to.not.equal(await trainingCodeVersion());
  });

  it('of folders changes with a module there, and with nothing else', async () => {
    const digest = (): Promise<string> => digestFolders(root, ['data', 'workers/tensor']);
    await write('workers/tensor/a.js', 'one');
    await write('data/b.js', 'two');
    const first = await digest();
    await write('workers/tensor/a.js.map', 'map');
    await write('client/b.js', 'client');
    expect(await digest()).to.equal(first);
    await write('data/b.js', 'three');
    expect(await digest()).to.not.equal(first);
  });

  it('of the trainer follows static, dynamic, side-effect and re-exporting imports, and circles', async () => {
    await write(
      'workers/child.js',
      `import { a } from '../model/a.js'; import 'zod'; await import('./late.js');`,
    );
    await write('workers/late.js', `import '../data/effect.js';`);
    await write('model/a.js', `export * from './b.js';`);
    await write('model/b.js', `import { a } from './a.js'; const text = "import './not-code.js'";`);
    await write('data/effect.js', '');
    await write('data/unused.js', '');
    expect(await reachableModules(root, 'workers/child.js')).to.deep.equal([
      'data/effect.js',
      'model/a.js',
      'model/b.js',
      'workers/child.js',
      'workers/late.js',
    ]);
  });

  it('of the trainer covers the rooms that results depend on, and no step, client or workflow', async () => {
    const modules = await reachableModules(path.join(packageRoot, 'dist'), 'workers/trainer/child.js');
    expect(modules).to.include.members([
      'activities/market/features/symbol-features.js',
      'activities/market/labels/labels.js',
      'activities/market/splits/splits.js',
      'activities/market/placebo.js',
      'activities/model/prior/fit-prior.js',
      'activities/model/student/student-job.js',
      'activities/model/settings.js',
      'data/random.js',
      'workers/tensor/backend.js',
    ]);
    const elsewhere =
      /^(client|workflows|temporal-config|activities\/(plan|ingest|teach|distill|validate|audit|promote|trainer|texts))\//;
    expect(modules.filter((module) => elsewhere.test(module))).to.deep.equal([]);
  });
});
