import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import type { Home } from '../../../data/store/home.js';
import { bundleConfigSchema, bundleIngestSchema } from '../../../data/schemas/bundle.js';
import { BUNDLE, bundleJson } from '../../../activities/audit/bundle-layout.js';
import { readJsonFile } from '../../../activities/audit/bundle-facts.js';
import { readBundle } from '../../../activities/audit/read-bundle.js';
import { writeJson } from '../../../data/store/files.js';
import { audit, finishedRun, freshHome } from '../../activities/audit/finished-run.js';
import { forge, fromAnotherProgram } from '../../activities/audit/forge.js';
import { gurukulHere } from '../support/gurukul-here.js';
import type { Ended } from '../support/gurukul-process.js';

const printedSchema = z.looseObject({
  before: z.looseObject({ runId: z.string(), bundle: z.string() }),
  after: z.looseObject({ runId: z.string() }),
  equal: z.boolean(),
  kinds: z.array(z.string()),
  separate: z.array(z.string()),
  consequences: z.looseObject({}).nullable(),
});

describe('gurukul diff', () => {
  let home: Home;

  before(async () => {
    home = await freshHome();
    await audit(home, await finishedRun(home, { runId: 'run_a', dates: 120 }));
    await audit(home, await finishedRun(home, { runId: 'run_same', dates: 120 }));
    const shorter = { runId: 'run_b', dates: 60, signal: 0.5, overrides: { seed: 9 } };
    await audit(home, await finishedRun(home, shorter));
  });
  after(async () => {
    await rm(home.root, { recursive: true });
  });

  const diff = (...args: readonly string[]): Promise<Ended> =>
    // There is no server: nothing needs one.
    gurukulHere(['diff', ...args], { home, address: '127.0.0.1:1', cwd: home.root });

  it('says at once that two runs have the same bundle', async () => {
    const { status, stdout } = await diff('run_a', 'run_same');
    expect(status).to.equal(0);
    expect(stdout).to.match(/^ +run +digest[^]*\n\nEqual: both bundles have the same digest/);
    expect(stdout).to.contain('the same       bars, code, configuration, universe, seed, backend, policy');
    expect(stdout).to.not.contain('Figures');
  });

  it('shows the cause first, then windows, predictions, figures and rules', async () => {
    const { status, stdout, stderr } = await diff('run_a', path.join('release', 'audit_run_b'));
    expect(stderr).to.equal('');
    expect(status).to.equal(0);
    expect(stdout).to.match(
      /What differs\n {2}seed {11}7 → 9\n[^]*One thing differs \(seed\): everything below follows from it\.\n\nWindows [^]*\nTeachers [^]*\nStudents [^]*\nPlacebo [^]*\nChoices [^]*\nFigures [^]*\nOn common forward rows [^]*\nRules [^]*\nRecommend /,
    );
    expect(stdout).to.match(/Teachers +4,050 → 2,430 predictions, 2,430 in both: /);
    expect(stdout).to.match(/forward\.teacher\.dates +120 +60 +−60/);
    expect(stdout).to.match(/forward\.teacher\.logLoss .*(within|beyond) noise/);
  });

  it('says how several causes are separated', async () => {
    const changed = path.join(home.root, 'changed');
    await cp(home.bundle('run_b'), changed, { recursive: true });
    const read = await readBundle(changed);
    if ('file' in read) throw new Error(read.found);
    const config = readJsonFile(read.covered, BUNDLE.config, bundleConfigSchema);
    const ingest = readJsonFile(read.covered, BUNDLE.ingest, bundleIngestSchema);
    const [first, ...series] = ingest.series;
    const longer = { ...first, sha256: 'e'.repeat(64), last: '2025-01-31', bars: 1262 };
    await forge(
      changed,
      home.signingKey(),
      {
        [BUNDLE.config]: bundleJson({ ...config, threshold: 0.03 }),
        [BUNDLE.ingest]: bundleJson({ ...ingest, digest: 'other', series: [longer, ...series] }),
      },
      fromAnotherProgram,
    );
    const { stdout } = await diff('run_a', changed);
    expect(stdout).to.contain('bars           1 of 28 series of both runs differ');
    expect(stdout).to.match(
      /SYM00 +bars added at the end +1,240 bars from 2020-01-01 to 2024-12-31 → 1,262 bars from 2020-01-01 to 2025-01-31/,
    );
    expect(stdout).to.contain('threshold 0.02 → 0.03');
    // Synthetic bars are made from the seed.
    expect(stdout).to.contain('seed decides which bars are read: they may differ because of that alone');
    expect(stdout).to.contain('3 things differ (code, configuration, seed)');
    expect(stdout).to.match(
      /take over one thing at a time:\n {2}code [^]*\n {2}configuration [^]*\n {2}seed /,
    );
  });

  it('prints everything as one JSON document', async () => {
    const { status, stdout } = await diff('run_a', 'run_b', '--json');
    expect(status).to.equal(0);
    expect(stdout.trim().split('\n')).to.have.length(1);
    const printed = printedSchema.parse(JSON.parse(stdout));
    expect(printed).to.deep.include({ equal: false, kinds: ['seed'], separate: ['seed'] });
    expect(printed.before).to.deep.include({ runId: 'run_a', bundle: home.bundle('run_a') });
    expect(printed.consequences).to.include.keys(
      ...['windows', 'models', 'students', 'choices', 'figures', 'verdicts', 'files'],
    );
  });

  it('names both arguments that are wrong, with status 2', async () => {
    await mkdir(path.join(home.root, 'empty'));
    const unknown = await diff('run_c', './empty');
    expect(unknown.status).to.equal(2);
    expect(unknown.stdout).to.equal('');
    expect(unknown.stderr)
      .to.contain('there is no run run_c')
      .and.to.contain('empty is not a bundle: it has no manifest.json');
    await writeJson(home.status('running'), {
      ...{ runId: 'running', workflowId: 'train/running', phase: 'teach', students: 0, decision: 'pending' },
      ...{ skippedBy: {}, failedBy: {}, bundle: null, bundleDigest: null },
      windows: { planned: 1, succeeded: 0, skipped: 0, failed: 0 },
    });
    const running = await diff('running', 'run_a');
    expect(running.status).to.equal(2);
    expect(running.stderr).to.contain('run running has no bundle yet: its phase is teach');
  });

  it('ends with status 1 where a bundle is damaged, naming the file', async () => {
    const damaged = path.join(home.root, 'damaged');
    await cp(home.bundle('run_b'), damaged, { recursive: true });
    await rm(path.join(damaged, BUNDLE.metrics));
    const { status, stderr } = await diff('run_a', 'damaged');
    expect(stderr).to.contain('damaged is not a whole bundle: metrics.json: expected');
    expect(status).to.equal(1);
  });
});
