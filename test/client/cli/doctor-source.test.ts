import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';
import { z } from 'zod';

import { parseBreezeResponse } from '../../../data/sources/breeze/breeze-response.js';
import { formatDifferences } from '../../../data/sources/breeze/breeze-format.js';
import type { FakeYahoo } from '../../fakes/yahoo-server.js';
import { startFakeYahoo } from '../../fakes/yahoo-server.js';
import { RECORDED_BREEZE, readRecordedBreeze } from '../../fakes/fixtures/recorded-breeze.js';
import type { BreezeRig } from '../../support/provider-rig.js';
import { dailyMarket, intradayBars, startBreezeRig } from '../../support/provider-rig.js';
import type { Ended } from '../support/gurukul-process.js';
import { gurukul } from '../support/gurukul-process.js';

const checksSchema = z.array(
  z.object({
    name: z.string(),
    status: z.enum(['ok', 'warning', 'problem']),
    detail: z.string(),
    remedy: z.string().optional(),
  }),
);

describe('gurukul doctor --source', function () {
  this.timeout(300_000);
  let rig: BreezeRig;
  let yahoo: FakeYahoo;
  let folder: string;
  before(async () => {
    const market = new Map(await dailyMarket());
    rig = await startBreezeRig(market, { inFile: true });
    yahoo = await startFakeYahoo({
      now: Date.now,
      series: (symbol) => market.get(symbol.replace('.NS', '')),
    });
    folder = mkdtempSync(path.join(tmpdir(), 'gurukul-doctor-'));
  });
  after(async () => {
    await rig.stop();
    await yahoo.stop();
    rmSync(folder, { recursive: true });
  });

  const doctor = async (...args: readonly string[]): Promise<Ended> =>
    gurukul(['doctor', ...args], {
      cwd: folder,
      env: { ...rig.settings.env, GURUKUL_HOME: rig.home.root, GURUKUL_YAHOO_URL: yahoo.url },
    });
  const checksOf = ({ stdout }: Ended) => checksSchema.parse(JSON.parse(stdout));

  it('holds an answer of Breeze against what is documented, and keeps it', async () => {
    const before = rig.fake.counter.times.length;
    const ended = await doctor('--source', 'breeze', '--record', 'recorded', '--json');
    expect(ended.status, ended.stderr).to.equal(0);
    expect(checksOf(ended).map(({ name, status }) => `${name} ${status}`)).to.deep.equal([
      'login ok',
      '1day bars ok',
      'shape ok',
      'recorded ok',
    ]);
    expect(rig.fake.counter.times.length - before, 'calls').to.equal(2);
    const recorded = readRecordedBreeze(path.join(folder, 'recorded'));
    expect(recorded).to.have.length(1);
    for (const { file, status, body, outcome, ...request } of [
      ...recorded,
      ...readRecordedBreeze(RECORDED_BREEZE),
    ]) {
      expect(parseBreezeResponse(status, body, request).outcome, file).to.equal(outcome);
      expect(formatDifferences(body), file).to.deep.equal([]);
    }
  });

  it('reports an answer of another shape, missing bars and a login that has ended', async () => {
    rig.fake.spoilNext('wrong series');
    const wrong = await doctor('--source', 'breeze');
    expect(wrong.status).to.equal(2);
    expect(wrong.stdout).to.match(
      /✗ 1day bars +TCS from 2024-12-02 to 2024-12-07: wrong_symbol, requested TCS/,
    );

    const none = checksOf(await doctor('--source', 'breeze', '--interval', '5minute', '--json'));
    expect(none[1]).to.include({ name: '5minute bars', status: 'problem' });
    expect(none[1]?.detail).to.match(/: empty$/);

    rig.clock.now += 86_400_000;
    const ended = await doctor('--source', 'breeze');
    expect(ended.status).to.equal(2);
    expect(ended.stdout).to.match(/✗ login +Breeze's session in .*breeze\.json has ended\. Log in at https/);
    expect(ended.stdout).to.not.contain('fake-api-key');
    rig.login();

    chmodSync(rig.settings.breeze.credentials, 0o644);
    const [readable] = checksOf(await doctor('--source', 'breeze', '--json'));
    expect(readable?.detail).to.match(
      /contains secrets, but other users of this machine can read or change it \(mode 644\)$/,
    );
    expect(readable?.remedy).to.equal(`chmod 600 ${rig.settings.breeze.credentials}`);
    chmodSync(rig.settings.breeze.credentials, 0o600);
  });

  it('counts the bars of a session', async () => {
    await rig.stop();
    const bars = intradayBars('TCS', '2024-12-01', '2024-12-03');
    rig = await startBreezeRig(new Map([['TCS', bars]]), { inFile: true });
    const [, found] = checksOf(await doctor('--source', 'breeze', '--interval', '5minute', '--json'));
    expect(found).to.include({
      status: 'warning',
      detail: 'TCS from 2024-12-02 to 2024-12-04: 75 bars of 150',
    });
  });

  it('looks at Yahoo too, and refuses what makes no sense', async () => {
    const ended = await doctor('--source', 'yahoo');
    expect(ended.stdout, ended.stderr).to.match(
      /✓ 1day bars +TCS from .*: 5 bars of 5\nyahoo is as expected/,
    );
    const refused = await doctor('--source', 'reuters', '--interval', 'week');
    expect(refused.status).to.equal(2);
    expect(refused.stderr)
      .to.match(/--source: must be/)
      .and.match(/--interval: must be/);
    expect((await doctor('--record', 'x')).stderr).to.match(/--record: is about the answer of a provider/);
  });
});
