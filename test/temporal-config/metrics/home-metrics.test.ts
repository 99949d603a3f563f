import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'chai';

import { Home } from '../../../data/store/home.js';
import { addHomeMetrics } from '../../../temporal-config/metrics/home-metrics.js';
import { createProcessMetrics } from '../../../temporal-config/metrics/process-metrics.js';
import { addChampion, attendTo, neglect } from '../../alerts/sick-home.js';

describe('figures of a home', () => {
  let home: Home;
  beforeEach(() => {
    home = new Home(mkdtempSync(path.join(tmpdir(), 'gurukul-home-metrics-')));
  });
  afterEach(() => rmSync(home.root, { recursive: true }));

  async function figures(): Promise<Record<string, number>> {
    const metrics = createProcessMetrics();
    addHomeMetrics(metrics, home);
    const lines = (await metrics.text()).split('\n').filter((line) => /^gurukul_(?!bundle|event)/.test(line));
    return Object.fromEntries(
      lines.map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
    );
  }

  it('that is new: none waits, and there is no champion', async () => {
    expect(await figures()).to.deep.equal({
      gurukul_decisions_waiting: 0,
      gurukul_decision_waiting_seconds: 0,
      gurukul_home_readable: 1,
    });
  });

  it('with a champion that nobody looks after, and looked after again', async () => {
    await addChampion(home);
    await neglect(home);
    const days = (seconds = 0): number => Math.round(seconds / 86_400);
    const sick = await figures();
    // The bundle, and the champion under review.
    expect(sick['gurukul_decisions_waiting']).to.equal(2);
    expect(days(sick['gurukul_decision_waiting_seconds'])).to.equal(5);
    expect(days(sick['gurukul_score_age_seconds'])).to.equal(5);
    expect(days(sick['gurukul_champion_age_seconds'])).to.equal(5);
    expect(sick['gurukul_champion_trigger_fired{trigger="drift"}']).to.equal(1);
    expect(sick['gurukul_champion_trigger_fired{trigger="age"}']).to.equal(0);
    attendTo(home);
    const well = await figures();
    expect(well).to.include({ gurukul_decisions_waiting: 0, gurukul_decision_waiting_seconds: 0 });
    expect(well['gurukul_champion_trigger_fired{trigger="drift"}']).to.equal(0);
    expect(days(well['gurukul_score_age_seconds'])).to.equal(0);
  });

  it('whose log of decisions is broken: that alone is said', async () => {
    mkdirSync(home.champions(), { recursive: true });
    writeFileSync(home.decision(1), 'not a decision');
    expect(await figures()).to.deep.equal({ gurukul_home_readable: 0 });
  });
});
