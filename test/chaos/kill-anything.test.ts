import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { Home } from '../../data/store/home.js';
import { connectClient } from '../../temporal-config/connection.js';
import { workflowBundle } from '../../workers/workflow-bundle.js';
import { quietRuntime } from '../support/quiet-runtime.js';
import { replayAll } from '../support/temporal-rig.js';
import { runCampaign } from './campaign.js';
import { TARGETS } from './kill-plan.js';
import { isFaultless, reportLines, sumLine } from './report.js';

/** One kill of every kind; `npm run chaos` performs any number, on more windows. */
const SEED = 11;
const INPUT = { symbols: ['RELIANCE', 'TCS', 'INFY'], from: '2023-01-01', to: '2023-12-27', shardWindows: 2 };

describe('the whole stack, with each part killed once', function () {
  this.timeout(600_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-chaos-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('ends like an undisturbed run: nothing lost, nothing trained twice', async () => {
    let replayed = 0;
    const campaign = await runCampaign({
      seed: SEED,
      kills: TARGETS.length,
      together: 1,
      input: INPUT,
      home: new Home(folder),
      log: () => undefined,
      atEnd: async (address) => {
        quietRuntime();
        const { client, connection } = await connectClient({ address });
        replayed = await replayAll(client, await workflowBundle());
        await connection.close();
      },
    });
    const report = reportLines(campaign).join('\n');
    expect(sumLine(campaign), report).to.equal(
      '7 kills, 7 equal, 0 windows lost, 0 trained twice, 0 telemetry lines lost',
    );
    expect(isFaultless(campaign), report).to.equal(true);
    expect(new Set(campaign.kills.map(({ target }) => target))).to.deep.equal(new Set(TARGETS));
    expect(
      campaign.kills.every(({ met }) => met.length > 0),
      report,
    ).to.equal(true);
    expect(replayed, 'replayed workflows').to.be.greaterThan(7);
  });
});
