import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { prepareCache } from '../../../scripts/shared/cache.mjs';
import { SetupProblem } from '../../../scripts/shared/problem.mjs';
import { provideNode } from '../../../scripts/smoke/node-binary.mjs';
import { smokeReport } from '../../../scripts/smoke/report.mjs';
import { runOnNode } from '../../../scripts/smoke/run-on-node.mjs';
import { rejection } from '../../support/rejection.js';

/** What npm would do: a package of Node.js in node_modules; here one that only knows its version. */
const NPM = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
const [command, ...args] = process.argv.slice(2);
appendFileSync(process.env.NPM_CALLS, [command, ...args].join(' ') + '\\n');
if (process.env.NPM_FAILS) { console.error('no such version'); process.exit(1); }
const folder = 'node_modules/' + args.at(-1).replace(/@.*/, '') + '/bin';
mkdirSync(folder, { recursive: true });
writeFileSync(folder + '/node', '#!/bin/sh\\necho v99.1.0\\n', { mode: 0o755 });
`;

describe('the smoke run on several versions of Node.js', () => {
  let folder: string;
  const kept = { ...process.env };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-smoke-test-'));
    prepareCache(folder);
    writeFileSync(path.join(folder, 'npm.mjs'), NPM);
    process.env['npm_execpath'] = path.join(folder, 'npm.mjs');
    process.env['NPM_CALLS'] = path.join(folder, 'calls');
  });
  afterEach(() => {
    for (const name of ['npm_execpath', 'NPM_CALLS', 'NPM_FAILS'])
      if (kept[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = kept[name];
    rmSync(folder, { recursive: true });
  });

  it('uses this Node.js where it is the one', async () => {
    const major = Number(process.versions.node.split('.')[0]);
    expect(await provideNode(folder, major)).to.equal(process.execPath);
    expect(existsSync(path.join(folder, 'calls'))).to.equal(false);
  });

  it('fetches another one with npm, once, without install scripts', async () => {
    const program = await provideNode(folder, 99);
    expect(await provideNode(folder, 99)).to.equal(program);
    expect(program.startsWith(path.join(folder, 'node', '99-'))).to.equal(true);
    expect(readFileSync(path.join(folder, 'calls'), 'utf8')).to.match(
      /^install --no-audit --no-fund --ignore-scripts node-[\w-]+@99\n$/,
    );
  });

  it('reports the message of npm when that fails, and keeps nothing', async () => {
    process.env['NPM_FAILS'] = '1';
    const error = await rejection(provideNode(folder, 99), SetupProblem);
    expect(error.message).to.include('no such version');
    expect(existsSync(path.join(folder, 'node'))).to.equal(false);
  });

  it('takes the digest from the last line, and reports how a run failed', async () => {
    const node = path.join(folder, 'node.sh');
    const says = (script: string): void => {
      writeFileSync(node, `#!/bin/sh\n${script}\n`);
      chmodSync(node, 0o755);
    };
    const product = { program: node, version: 'v99.1.0' };
    says(`echo first; echo '{"bundleDigest":"abc"}'`);
    expect(await runOnNode(product, 'main.js', 10_000)).to.include({ node: 'v99.1.0', digest: 'abc' });
    says(`echo '{"bundleDigest":"abc"}'; echo 'error: no space' >&2; exit 3`);
    const failed = await runOnNode(product, 'main.js', 10_000);
    expect(failed.digest).to.equal(undefined);
    expect(failed.problem).to.equal('it ended with exit code 3\nerror: no space');
  });

  it('passes only where all runs ended with the same digest', () => {
    const on = (node: string, digest?: string) => ({
      ...{ node, seconds: 7 },
      ...(digest === undefined ? { problem: 'no space' } : { digest }),
    });
    expect(smokeReport([on('v20.1.0', 'a'), on('v22.1.0', 'a')])).to.deep.equal({
      ok: true,
      text: 'v20.1.0       7 s  a\nv22.1.0       7 s  a\nthe bundle digests are equal on 2 versions of Node.js',
    });
    expect(smokeReport([on('v20.1.0', 'a'), on('v22.1.0', 'b')])).to.deep.include({ ok: false });
    expect(smokeReport([on('v20.1.0', 'a'), on('v22.1.0')]).text).to.match(
      /failed: no space\n1 of 2 runs failed$/,
    );
  });
});
