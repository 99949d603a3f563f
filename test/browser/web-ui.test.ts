import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'chai';

import { startRun } from '../../client/runs/start-run.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import { runInputSchema } from '../../data/schemas/run-input.js';
import { freePortFrom } from '../../temporal-config/ports.js';
import { runProgressQuery, workflowIds } from '../../workflows/contract/messages.js';
import type { TemporalRig } from '../support/temporal-rig.js';
import { startTemporalRig } from '../support/temporal-rig.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { startWorkerProcess } from '../support/worker-process.js';
import type { WebUi } from './web-ui.js';
import { NO_BROWSER, findBrowser, openWebUi } from './web-ui.js';

/** Three cohorts, one after the other; LICI lists in the first, IDEA is excluded. */
const SHOWN: RunInputDraft = {
  symbols: ['RELIANCE', 'TCS', 'LICI', 'IDEA'],
  from: '2022-01-01',
  to: '2023-06-25',
  shardWindows: 1,
  cohortConcurrency: 1,
};
/** The latest cohort is taught first. */
const FIRST_COHORT = '2022-12-27_to_2023-06-25';
const LAST_COHORT = '2022-01-01_to_2022-06-30';

describe('the Temporal Web UI, read as an operator', function () {
  this.timeout(600_000);
  let rig: TemporalRig;
  let folder: string;
  let pictures: string;
  let ui: WebUi;
  const workers: WorkerProcess[] = [];

  before(async function () {
    const browser = findBrowser();
    if (browser === undefined) {
      console.log(NO_BROWSER);
      this.skip();
    }
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-browser-'));
    pictures = process.env['GURUKUL_SCREENSHOTS'] ?? path.join(folder, 'pictures');
    mkdirSync(pictures, { recursive: true });
    const uiPort = await freePortFrom(28_233);
    rig = await startTemporalRig({ uiPort });
    workers.push(await startWorker('meta,io,cpu'));
    ui = await openWebUi(`http://127.0.0.1:${uiPort}`, browser, pictures);
  });
  after(async function () {
    // Skipped: nothing was started.
    if (workers.length === 0) return;
    await ui.close();
    for (const worker of workers) await worker.leave();
    await rig.replayAll();
    await rig.stop();
    const failed = this.test?.parent?.tests.some((test) => test.isFailed()) === true;
    if (failed) console.log(`      pictures of the pages: ${pictures}`);
    else rmSync(folder, { recursive: true });
  });

  const startWorker = async (roles: string): Promise<WorkerProcess> =>
    startWorkerProcess({ roles, home: path.join(folder, 'home'), address: rig.environment.address });
  const start = async (runId: string, input: RunInputDraft): Promise<WorkflowHandle> => {
    const { client, connection, address } = rig.environment;
    await startRun(
      { client, connection, address, namespace: 'default' },
      { ...runInputSchema.parse(input), runId },
    );
    return client.workflow.getHandle(workflowIds.run(runId));
  };

  describe('of a run whose bars are refused', () => {
    before(async () => {
      const bars = path.join(folder, 'bars');
      mkdirSync(bars);
      const rows = ['timestamp,open,high,low,close,volume', '2022-01-03,100,101,99,abc,1000'];
      writeFileSync(path.join(bars, 'TCS.csv'), rows.join('\n'));
      // Two days of a year.
      writeFileSync(
        path.join(bars, 'ITC.csv'),
        [rows[0], '2022-01-03,100,101,99,100,1000', '2022-12-26,100,101,99,100,1000'].join('\n'),
      );
      const run = await start('refused', { source: 'csv', bars, symbols: ['TCS', 'ITC'], to: '2022-12-27' });
      await run.result().catch(() => undefined);
    });

    it('the failure says what to do', async () => {
      await ui.open('train/refused', 'history');
      await ui.shows('Workflow Execution Failed');
      await ui.picture('refused-history');
      const text = await ui.text();
      expect(text).to.match(
        /4 windows failed, 100\.0 % of those tried, above the limit of 20 % \(BadSchema 4\)[^]*Fix this, then: gurukul resume refused/,
      );
    });

    it('the details name the file, the line and the remedy', async () => {
      await ui.open('train/refused', 'user-metadata');
      const details = await ui.details();
      await ui.picture('refused-details');
      expect(details).to.match(/^failed · 4 windows failed/);
      expect(details).to.contain('What to do: fix the cause, then gurukul resume refused');
      expect(details).to.contain('FAILED.md');
      expect(details).to.contain('Failed: BadSchema 4');
      expect(details).to.contain('TCS.csv:2: close is abc, not a number');
      expect(await ui.hiddenDetails(), 'pixels of the details that are cut off').to.be.at.most(0);
    });

    it('is found by what failed', async () => {
      expect(await ui.list('GurukulFailed > 0')).to.deep.equal(['train/refused']);
      expect(await ui.list("GurukulOutcome = 'failed'")).to.deep.equal(['train/refused']);
    });
  });

  describe('of a run in the middle', () => {
    let run: WorkflowHandle;
    let train: WorkerProcess;

    before(async () => {
      train = await startWorker('train');
      run = await start('shown', SHOWN);
      await until(async () => {
        const { cohorts } = await run.query(runProgressQuery);
        return cohorts.find(({ id }) => id === FIRST_COHORT)?.state === 'done';
      });
      await train.leave();
      const { phase } = await run.query(runProgressQuery);
      expect(phase, 'the training worker left while it had work').to.equal('teach');
    });

    it('the list finds it by run and phase, and its parts by cohort', async () => {
      expect(await ui.list("GurukulRun = 'shown' AND ExecutionStatus = 'Running'")).to.include('train/shown');
      await ui.picture('shown-list');
      // The server lists what changed a moment later.
      await until(async () => (await ui.list("GurukulPhase = 'teach'")).length > 0);
      expect(await ui.list("GurukulPhase = 'teach'")).to.deep.equal(['train/shown']);
      expect(await ui.list(`GurukulCohort = '${FIRST_COHORT}'`)).to.deep.equal([
        `teach/shown/${FIRST_COHORT}`,
      ]);
    });

    it('the history says of every step what it works on', async () => {
      await ui.open('train/shown', 'history');
      await ui.shows('recordStatus • teach: 8 windows in 3 cohorts');
      await ui.picture('shown-history');
      // The labels of the timeline are drawn, so they are no text of the page.
      const text = await ui.content();
      expect(text).to.contain('ingest · synthetic · 1day bars');
      expect(text).to.contain(`${FIRST_COHORT} · 3 windows · shards: 3`);
      expect(text).to.contain('planRun • windows, cohorts and shards');
    });

    it('the details tell progress, time left and what is not trained', async () => {
      await ui.open('train/shown', 'user-metadata');
      const details = await ui.details();
      await ui.picture('shown-details');
      expect(await ui.summary()).to.equal('4 symbols of nifty100 · synthetic · 2022-01-01 to 2023-06-25');
      expect(details).to.match(/^teach · 8 windows in 3 cohorts/);
      expect(details).to.match(/12 windows planned · [3-7] of 8 trained \(\d\d %\) · 4 skipped · 0 failed/);
      expect(details).to.match(/About \d+ (s|min) left for training/);
      expect(details).to.match(new RegExp(`${FIRST_COHORT}\\s+done\\s+3 of 3\\s+0`));
      expect(details).to.match(new RegExp(`${LAST_COHORT}\\s+(running|waiting)\\s+0 of`));
      expect(details).to.match(/Skipped: .*not_listed 1/);
      expect(details).to.match(/LICI · 1 window from 2022-01-01/);
      expect(await ui.hiddenDetails(), 'pixels of the details that are cut off').to.be.at.most(0);
    });

    it('a cohort tells of its prior, shards and attempts', async () => {
      const cohort = await runningCohort(run);
      await ui.open(`teach/shown/${cohort}`, 'history');
      await ui.shows(/fitPrior • /);
      await ui.picture('cohort-history');
      expect(await ui.content()).to.match(new RegExp(`(fitPrior|teachShard) • ${cohort} · `));
      await ui.open(`teach/shown/${cohort}`, 'user-metadata');
      const details = await ui.details();
      await ui.picture('cohort-details');
      expect(details).to.match(/\d of \d+ units · \d of \d windows trained/);
      expect(details, 'no typographic fractions').to.not.match(/⁄/);
    });

    it('ends with its bundle in the details and its outcome in the search attributes', async () => {
      train = await startWorker('train');
      workers.push(train);
      await run.result();
      await ui.open('train/shown', 'user-metadata');
      const details = await ui.details();
      await ui.picture('done-details');
      expect(details).to.match(/^done · bundle [0-9a-f]{12} verified/);
      expect(details).to.contain('/release/audit_shown');
      expect(details).to.contain('8 of 8 trained (100 %)');
      await ui.open('train/shown', 'search-attributes');
      await ui.shows('GurukulOutcome');
      await ui.picture('done-attributes');
      const text = await ui.text();
      for (const pair of ['Run": "shown"', 'Phase": "done"', 'Failed": 0', 'Outcome": "done"'])
        expect(text).to.contain(`"Gurukul${pair}`);
    });
  });

  describe('after all these pages', () => {
    it('has asked nothing of other machines', () => {
      expect(ui.outside).to.deep.equal([]);
    });
  });
});

async function runningCohort(run: WorkflowHandle): Promise<string> {
  const { cohorts } = await run.query(runProgressQuery);
  return cohorts.find(({ state }) => state === 'running')?.id ?? 'none runs';
}
