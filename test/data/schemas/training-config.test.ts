import { expect } from 'chai';

import { trainingKey } from '../../../activities/model/units/unit-keys.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import { trainingConfig } from '../../../data/schemas/training-config.js';
import { trialScope } from '../../../activities/model/trials.js';
import type { RunConfig, RunInputDraft } from '../../../data/schemas/run-input.js';
import { runInputSchema } from '../../../data/schemas/run-input.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { trainerJobSchema } from '../../../workers/trainer/protocol.js';
import { syntheticMarket } from '../../activities/market/synthetic-market.js';

const configOf = (draft: RunInputDraft): RunConfig => ({ ...runInputSchema.parse(draft), runId: 'r' });
const file = { uri: 'x', sha256: '0'.repeat(64), bytes: 0, rows: 0 };

describe('what training depends on', () => {
  const fixed = configOf({});
  const barriers = configOf({ label: 'triple-barrier' });
  const spelled = configOf({ label: 'triple-barrier', lowerBarrier: fixed.threshold });
  const lower = configOf({ label: 'triple-barrier', lowerBarrier: 0.05 });

  it('is the kind of label and where its barriers are, however they were spelled', () => {
    const key = (config: RunConfig): string => canonicalJson(trainingKey(trainingConfig(config)));
    expect(key(spelled)).to.equal(key(barriers));
    expect(new Set([fixed, barriers, lower].map(key)).size).to.equal(3);
    const scope = (config: RunConfig): string => canonicalJson(trialScope(config, 'bars'));
    expect(scope(spelled)).to.equal(scope(barriers));
    expect(new Set([fixed, barriers, lower].map(scope)).size).to.equal(3);
  });

  it('reaches the trainer process and its labels whole', () => {
    for (const config of [fixed, barriers, lower]) {
      const job = {
        kind: 'prior',
        arm: 'real',
        config: trainingConfig(config),
        cohort: { id: 'a_to_b', start: 'a', end: 'b' },
        ingest: file,
      } as const;
      const received: unknown = JSON.parse(JSON.stringify(job));
      expect(trainerJobSchema.parse(received)).to.deep.equal(job);
    }
    const labels = (config: RunConfig): string =>
      buildFeatureTable(syntheticMarket(), trainingConfig(config))
        .symbols.map(({ label }) => label.join(''))
        .join();
    expect(labels(spelled)).to.equal(labels(barriers));
    expect(new Set([fixed, barriers, lower].map(labels)).size).to.equal(3);
  });
});
