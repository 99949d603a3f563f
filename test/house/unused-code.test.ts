import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../data/store/package-root.js';

/** What knip reports as unused in a tree: `export NAME FILE` and `file FILE`, sorted. */
function unusedIn(root: string, ...flags: readonly string[]): string[] {
  const knip = path.join(packageRoot, 'node_modules', 'knip', 'bin', 'knip.js');
  const { stdout, stderr } = spawnSync(process.execPath, [knip, ...flags, '--reporter', 'json'], {
    cwd: root,
    encoding: 'utf8',
  });
  const report: unknown = stdout === '' ? undefined : JSON.parse(stdout);
  if (!isReport(report)) throw new Error(`${stdout}${stderr}`);
  return report.issues
    .flatMap(({ file, exports = [], files = [] }) => [
      ...exports.map(({ name }) => `export ${name} ${file}`),
      ...files.map(() => `file ${file}`),
    ])
    .sort();
}

interface Report {
  readonly issues: readonly {
    readonly file: string;
    readonly exports?: readonly { readonly name: string }[];
    readonly files?: readonly unknown[];
  }[];
}

function isReport(value: unknown): value is Report {
  return typeof value === 'object' && value !== null && 'issues' in value && Array.isArray(value.issues);
}

/** That the project has none is `npm run check:unused`, the tier `check` of `npm test`; here that it would be found. */
describe('unused code', function () {
  this.timeout(300_000);

  describe('in a tree with planted code', () => {
    let root: string;
    const put = (file: string, text: string): void => {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    };
    before(() => {
      root = mkdtempSync(path.join(tmpdir(), 'gurukul-unused-'));
      for (const file of ['knip.json', 'package.json', 'tsconfig.json'])
        cpSync(path.join(packageRoot, file), path.join(root, file));
      symlinkSync(path.join(packageRoot, 'node_modules'), path.join(root, 'node_modules'));
      put('workers/main.ts', `import { used } from '../data/step.js';\nprocess.stdout.write(used);\n`);
      put('data/step.ts', `export const used = 'a';\nexport const tested = 'b';\nexport const idle = 'c';\n`);
      put('data/tested-file.ts', `export const alone = 'd';\n`);
      put(
        'test/data/step.test.ts',
        `import { tested } from '../../data/step.js';\nimport { alone } from '../../data/tested-file.js';\nprocess.stdout.write(tested + alone);\n`,
      );
    });
    after(() => rmSync(root, { recursive: true }));

    it('is found if nothing uses it', () => {
      expect(unusedIn(root)).to.deep.equal(['export idle data/step.ts']);
    });

    it('is found if only tests use it', () => {
      expect(unusedIn(root, '--production')).to.deep.equal([
        'export idle data/step.ts',
        'export tested data/step.ts',
        'file data/tested-file.ts',
      ]);
    });
  });
});
