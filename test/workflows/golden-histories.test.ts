import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { DeterminismViolationError } from '@temporalio/workflow';
import { expect } from 'chai';

import { workflowBundle } from '../../workers/workflow-bundle.js';
import * as workflows from '../../workflows/index.js';
import { replayEach } from '../support/temporal-rig.js';
import type { GoldenHistory } from './golden-histories.js';
import { packageVersion, readGoldenHistories } from './golden-histories.js';

/** So small that a reviewer can still read one. */
const LARGEST_BYTES = 96 * 1024;

/** Changes that code of another version could make: a replay must find each. */
const MUTATIONS: Readonly<Record<string, (event: Record<string, unknown>) => void>> = {
  'another activity': (event) => {
    change(event, 'activityTaskScheduledEventAttributes', 'activityType', { name: 'somethingElse' });
  },
  'another child workflow': (event) => {
    change(event, 'startChildWorkflowExecutionInitiatedEventAttributes', 'workflowType', {
      name: 'somethingElse',
    });
  },
  'activities in another order': (event) => {
    change(event, 'activityTaskScheduledEventAttributes', 'activityId', '99');
  },
  'a child of another name': (event) => {
    change(event, 'startChildWorkflowExecutionInitiatedEventAttributes', 'workflowId', 'somewhere/else');
  },
};

describe('golden histories', function () {
  this.timeout(300_000);
  let golden: GoldenHistory[];

  before(() => {
    golden = readGoldenHistories();
  });

  /** The replay error of each history; undefined if it replays. */
  async function replay(
    histories: readonly { readonly file: string; readonly history: History }[],
    traced = false,
  ) {
    const found = new Map<string, unknown>();
    const replayed = replayEach(
      {
        workflowBundle: await workflowBundle({ traced }),
        replayName: 'golden',
        sinks: { exporter: { export: { fn: () => undefined, callDuringReplay: false } } },
      },
      histories.map(({ file, history }) => {
        // Under its own id, of which a workflow may make others.
        const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
        return { workflowId: started?.workflowId ?? file, history };
      }),
    );
    for await (const { error } of replayed) found.set(histories[found.size]?.file ?? '', error);
    expect(found.size, 'replayed').to.equal(histories.length);
    return found;
  }

  it('cover every workflow and every way to end of this version', () => {
    const current = golden.filter(({ file }) => file.startsWith(`${packageVersion()}/`));
    const ends = new Map<string, Set<string>>();
    for (const { workflowType, end } of current)
      ends.set(
        workflowType,
        (ends.get(workflowType) ?? new Set()).add(end.replace('WORKFLOW_EXECUTION_', '')),
      );
    expect([...ends.keys()].sort()).to.deep.equal(Object.keys(workflows).sort());
    expect(ends.get('trainUniverse')).to.include.keys('COMPLETED', 'FAILED', 'CANCELED');
    expect(ends.get('trainCohort')).to.include.keys('COMPLETED', 'FAILED', 'CANCELED');
    for (const type of ['promoteRun', 'scheduledRun']) expect(ends.get(type)).to.include.keys('COMPLETED');
    expect(ends.get('ingestUniverse')).to.include.keys('COMPLETED', 'FAILED');
    // It outlives its clients and is terminated here.
    expect(ends.get('keepQuota')).to.include.keys('TERMINATED');
  });

  it('are small and reveal nothing about the machine that made them', () => {
    for (const { file, json } of golden) {
      const text = JSON.stringify(json);
      expect(text.length, file).to.be.below(LARGEST_BYTES);
      expect(text, file).to.not.match(/"identity"|"stackTrace"|file:\/\/|node_modules/);
    }
  });

  it('replay where workflows are traced', async () => {
    for (const [file, error] of await replay(golden, true)) expect(error, file).to.equal(undefined);
  });

  it('replay with the current code', async () => {
    for (const [file, error] of await replay(golden))
      expect(
        error,
        `${file} no longer replays: runs of its version would hang. Keep the old way behind patched(), ` +
          'or, where that version was never released, make its histories again with `npm run golden`',
      ).to.equal(undefined);
  });

  for (const [what, mutate] of Object.entries(MUTATIONS))
    it(`fail with ${what}`, async () => {
      const mutated = golden.flatMap(({ file, json }) => {
        const copy = structuredClone(json);
        const target = copy.events.find((event) => {
          const before = JSON.stringify(event);
          mutate(event);
          return JSON.stringify(event) !== before;
        });
        return target === undefined ? [] : [{ file, history: historyFromJSON(copy) }];
      });
      expect(mutated).to.not.be.empty;
      for (const [file, error] of await replay(mutated))
        expect(error, file).to.be.instanceOf(DeterminismViolationError);
    });
});

function change(event: Record<string, unknown>, attributes: string, key: string, value: unknown): void {
  const found = event[attributes];
  if (typeof found === 'object' && found !== null) event[attributes] = { ...found, [key]: value };
}
