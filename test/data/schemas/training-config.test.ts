import { expect } from 'chai';

import { trainingKey } from '../../../activities/model/units/unit-keys.js';
import { buildFeatureTable } from '../../../activities/market/features/build-feature-table.js';
import { bundleConfigSchema } from '../../../data/schemas/bundle.js';
import { trainingConfig } from '../../../data/schemas/training-config.js';
import { trialScope } from '../../../activities/model/trials.js';
import type { RunConfig, RunInputDraft } from '../../../data/schemas/run-input.js';
import { openInputSchema, runInputSchema } from '../../../data/schemas/run-input.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { trainerJobSchema } from '../../../workers/trainer/protocol.js';
import { syntheticMarket } from '../../activities/market/synthetic-market.js';

const configOf = (draft: RunInputDraft): RunConfig => ({ ...runInputSchema.parse(draft), runId: 'r' });
const file = { uri: 'x', sha256: '0'.repeat(64), bytes: 0, rows: 0 };

describe('the entry where none is stated', () => {
  it('is the next open in what a user asks for, and the close in what earlier versions wrote', () => {
    expect(openInputSchema.parse({}).entry).to.equal('next-open');
    expect(runInputSchema.parse({}).entry).to.equal('close');
    const { entry, ...earlier } = configOf({ entry: 'next-close' });
    expect(bundleConfigSchema.parse({ ...earlier, entry }).entry).to.equal('next-close');
    expect(bundleConfigSchema.parse(earlier)).not.to.have.property('entry');
  });

  it('reaches the bundle, as do format and stamps where they are stated', () => {
    const read = { format: 'kite', stamps: 'end', adjust: 'none', membership: 'today' } as const;
    expect(bundleConfigSchema.parse(configOf(read))).to.include({ ...read, entry: 'close' });
  });
});

describe('what training depends on', () => {
  const fixed = configOf({});
  const barriers = configOf({ label: 'triple-barrier' });
  const spelled = configOf({ label: 'triple-barrier', lowerBarrier: fixed.threshold });
  const lower = configOf({ label: 'triple-barrier', lowerBarrier: 0.05 });
  const open = configOf({ entry: 'next-open' });
  const close = configOf({ entry: 'next-close' });

  it('is the kind of label and where its barriers are, however they were spelled', () => {
    const key = (config: RunConfig): string => canonicalJson(trainingKey(trainingConfig(config)));
    expect(key(spelled)).to.equal(key(barriers));
    expect(new Set([fixed, barriers, lower, open, close].map(key)).size).to.equal(5);
    const scope = (config: RunConfig): string => canonicalJson(trialScope(config, 'bars'));
    expect(scope(spelled)).to.equal(scope(barriers));
    expect(new Set([fixed, barriers, lower, open, close].map(scope)).size).to.equal(5);
  });

  it('reaches the trainer process and its labels whole', () => {
    for (const config of [fixed, barriers, lower, open, close]) {
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
    expect(new Set([fixed, barriers, lower, open, close].map(labels)).size).to.equal(5);
  });
});
