import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { packageRoot } from '../../data/store/package-root.js';

const FOLDERS = ['activities', 'client', 'data', 'scripts', 'temporal-config', 'workers', 'workflows'];

/** Names of the rules that a tree breaks. */
function brokenRules(root: string): string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      path.join(packageRoot, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
      ...['--config', path.join(packageRoot, '.dependency-cruiser.cjs'), '--output-type', 'err'],
      ...FOLDERS,
    ],
    { cwd: root, encoding: 'utf8' },
  );
  const said = `${stdout}${stderr}`;
  if (!/(no dependency violations|dependency violations?) /.test(said)) throw new Error(said);
  const names = [...said.matchAll(/^\s*error ([\w-]+):/gm)].map((match) => match[1] ?? '');
  return [...new Set(names)].sort();
}

/** One planted import for every rule: the file, what it says, the rule it breaks. */
const PLANTED: readonly (readonly [file: string, text: string, rule: string])[] = [
  ['data/outwards.ts', `export * from '../activities/step.js';`, 'data-stands-alone'],
  ['activities/outwards.ts', `export * from '../workflows/flow.js';`, 'activities-import-data-alone'],
  ['workflows/code.ts', `export * from '../activities/step.js';`, 'workflows-import-activities-as-types'],
  [
    'workflows/settings.ts',
    `export * from '../temporal-config/place.js';`,
    'workflows-stay-out-of-the-process',
  ],
  ['workflows/disk.ts', `export { readFileSync } from 'node:fs';`, 'workflows-use-no-node-modules'],
  ['workflows/parse.ts', `export * from '../data/schemas/plan.js';`, 'workflows-import-schemas-as-types'],
  ['workflows/run/start.ts', `export * from '../flow.js';`, 'workflow-helpers-import-no-workflow'],
  [
    'client/inside.ts',
    `export * from '../workflows/shared/gate.js';`,
    'workflows-are-known-by-their-contract',
  ],
  ['workflows/contract/gate.ts', `export * from '../shared/gate.js';`, 'workflow-contract-stands-alone'],
  ['workflows/shared/run.ts', `export * from '../run/book.js';`, 'workflow-shared-knows-the-contract-alone'],
  [
    'temporal-config/far.ts',
    `export * from '../activities/step.js';`,
    'temporal-config-knows-messages-alone',
  ],
  ['scripts/setup/a.mjs', `export * from '../../temporal-config/place.js';`, 'scripts-stand-alone'],
  ['scripts/setup/zod.mjs', `export { z } from 'zod';`, 'scripts-stand-alone'],
  ['workflows/lock.ts', `export * from '../scripts/lock.mjs';`, 'results-know-no-scripts'],
  ['workers/upwards.ts', `export * from '../client/verb.js';`, 'nothing-imports-client'],
  ['activities/score/train.ts', `export * from '../teach/step.js';`, 'score-uses-what-is-sealed'],
  ['client/step.ts', `export * from '../activities/step.js';`, 'client-imports-pure-code-of-steps'],
  ['client/start.ts', `export * from '../workers/role.js';`, 'nothing-imports-workers'],
  [
    'client/cli/commands/plan.ts',
    `export { z } from 'zod'; export * from '../verbs/plan.js';`,
    'commands-load-verbs-late',
  ],
  ['client/fake.ts', `export * from '../test/fake.js';`, 'nothing-imports-tests'],
  ['client/missing.ts', `export * from './nowhere.js';`, 'no-unresolved'],
  ['client/chai.ts', `export { expect } from 'chai';`, 'no-development-packages'],
  ['data/ring-a.ts', `export * from './ring-b.js';`, 'no-cycles'],
  // promote/decide → audit/verify while audit/circle → promote/shared: no file is in a circle, both folders are.
  ['activities/audit/circle.ts', `export * from '../promote/shared.js';`, 'no-circles-of-folders'],
  ['activities/teach/step.ts', `export * from '../plan/shared.js';`, 'steps-import-no-step'],
  ['activities/market/up.ts', `export * from '../plan/shared.js';`, 'steps-share-through-rooms'],
  ['activities/figures/act.ts', `export * from '@temporalio/activity';`, 'figures-are-pure'],
  ['activities/inference/engine.ts', `export * from '../market/table.js';`, 'inference-imports-data-alone'],
  ['activities/inference/act.ts', `export * from '@temporalio/activity';`, 'inference-imports-data-alone'],
  ['activities/model/act.ts', `export * from '@temporalio/activity';`, 'model-knows-no-activity'],
];

/** That the project keeps it is `npm run check:imports`, the tier `check` of `npm test`; here that a breach would be found. */
describe('the direction of imports', function () {
  this.timeout(300_000);

  describe('in a tree with planted imports', () => {
    let root: string;
    const put = (file: string, text: string): void => {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), `${text}\n`);
    };

    beforeEach(() => {
      root = mkdtempSync(path.join(tmpdir(), 'gurukul-imports-'));
      for (const file of ['package.json', 'tsconfig.json', 'node_modules'])
        symlinkSync(path.join(packageRoot, file), path.join(root, file));
      put('data/bar.ts', 'export const bar = 1;');
      put('data/schemas/plan.ts', 'export const plan = 1; export type Plan = number;');
      put('activities/step.ts', `export { bar } from '../data/bar.js'; export type Step = string;`);
      for (const file of ['plan/shared', 'promote/shared', 'audit/verify'])
        put(`activities/${file}.ts`, 'export const shared = 1;');
      put('activities/promote/decide.ts', `export * from '../audit/verify.js';`);
      put('workflows/flow.ts', `export type { Step } from '../activities/step.js';`);
      put(
        'workflows/typed.ts',
        `import type { Plan } from '../data/schemas/plan.js'; export type Two = [Plan, Plan];`,
      );
      put('workflows/contract/ids.ts', `export const id = 'id';`);
      put('workflows/shared/gate.ts', `export * from '../contract/ids.js';`);
      put('workflows/run/book.ts', `export * from '../shared/gate.js'; export * from '../contract/ids.js';`);
      put('workflows/started.ts', `export * from './run/book.js';`);
      put('workers/role.ts', `export * from '../activities/step.js'; export * from '../workflows/flow.js';`);
      put(
        'client/verb.ts',
        `export * from '../workflows/contract/ids.js'; export * from '../temporal-config/place.js';`,
      );
      put('client/cli/verbs/plan.ts', `export { z } from 'zod';`);
      put('client/cli/commands/late.ts', `export const late = async () => import('../verbs/plan.js');`);
      put('scripts/lock.mjs', `export { statSync } from 'node:fs';`);
      put(
        'temporal-config/place.ts',
        `export * from '../workflows/flow.js'; export * from '../scripts/lock.mjs';`,
      );
      put('test/fake.ts', `export * from '../client/verb.js';`);
      put('data/ring-b.ts', `export * from './ring-a.js';`);
      put('data/ring-a.ts', 'export const ring = 1;');
    });
    afterEach(() => rmSync(root, { recursive: true }));

    it('allows imports inwards', () => {
      expect(brokenRules(root)).to.deep.equal([]);
    });

    it('catches every import in the wrong direction', () => {
      for (const [file, text] of PLANTED) put(file, text);
      expect(brokenRules(root)).to.include.members(PLANTED.map(([, , rule]) => rule));
    });
  });
});
