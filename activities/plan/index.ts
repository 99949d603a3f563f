import { access, constants, mkdir } from 'node:fs/promises';

import { usableRecords } from '../../data/bars/load-adjusted.js';
import type { BarSeries } from '../../data/bars/series.js';
import { loadCalendar } from '../../data/calendar/calendar.js';
import { adjustSeries } from '../../data/bars/adjust-series.js';
import { readReleasePolicy } from '../../data/decisions/read-release-policy.js';
import { GurukulError, InvalidInputError, errorMessage } from '../../data/errors.js';
import { policyText, readPolicy } from '../../data/policy/read-policy.js';
import { retryRequestSchema } from '../../data/schemas/retry-request.js';
import { ingestBatches, ingestManifestSchema } from '../../data/schemas/ingest.js';
import type { Plan, PlanItem } from '../../data/schemas/plan.js';
import { windowLabel } from '../../data/schemas/plan.js';
import { parseInput } from '../../data/schemas/parse-input.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { openInputSchema } from '../../data/schemas/run-input.js';
import { requireChosenAlgorithm } from '../../data/signing/algorithm.js';
import { publicKeyOf } from '../../data/signing/signing.js';
import { settleDates } from '../../data/calendar/settle-dates.js';
import { openRunUniverse, settleMembers } from '../../data/universe/run-members.js';
import { canonicalJson } from '../../data/store/digests.js';
import { readJsonRef, writeRef } from '../../data/store/file-refs.js';
import type { Home } from '../../data/store/home.js';
import { requireClosedFolders } from '../../data/store/open-folders.js';
import { requirePrivateFile } from '../../data/store/private-file.js';
import { addPlanLines } from '../../data/telemetry/run-lines.js';
import type { TelemetryEvent } from '../../data/telemetry/telemetry.js';
import { recordEvent, recordEvents } from '../../data/telemetry/telemetry.js';
import type { WindowEnd } from '../../data/telemetry/window-events.js';
import { recordWindowEnds } from '../../data/telemetry/window-events.js';
import { barSlots } from '../market/bar-slots.js';
import { gatherCohortBars, writeCohortBars } from '../market/cohort-bars.js';
import { membershipOf } from '../market/membership.js';
import { sectorsOf } from '../market/sectors.js';
import { barsBefore } from '../market/load-feature-table.js';
import { trainingConfig } from '../../data/schemas/training-config.js';
import { cohortId } from './cohorts.js';
import { compareInputs } from './compare-inputs.js';
import { dueRun } from './due-run.js';
import type { CohortHead, PlanActivities } from './activities.js';
import { finishedRun, isUnchanged } from './finished-run.js';
import { labelNotice, labelSample } from './label-notice.js';
import { unknownLabelNotice } from './unknown-labels.js';
import { nothingToTrain, planNotes } from './plan-notes.js';
import { recordInput, settledInput } from './record-input.js';
import { readPlan, writePlan } from '../../data/store/run-plan.js';
import { createStored, writeStoredJson } from '../../data/store/stored-files.js';
import { prepareResume } from './prepare-resume.js';
import { chooseTrainQueue, nextTrainQueue } from './train-queue.js';
import { usableUntil } from '../market/usable-until.js';
import { coverageFromStore } from './coverage.js';
import { planWindows, tileWindows } from './windows.js';

/** Cohorts per payload, about 2 KB; the first payload has other content, so half as many. */
const COHORTS_AT_ONCE = 32;

/** Dependencies of the plan activities, from the worker. */
export interface PlanDeps {
  readonly home: Home;
  readonly packageRoot: string;
  /** Number of workers that currently poll a queue. */
  readonly pollers: (queue: string) => Promise<number>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createPlanActivities({ home, packageRoot, pollers, now }: PlanDeps): PlanActivities {
  return {
    async settleRun({ input, runId, again }) {
      const { dates, choices, author } = await settledInput(home, runId);
      const open = parseInput(
        openInputSchema,
        again !== undefined && typeof input === 'object' ? { ...choices, ...input } : input,
      );
      const parsed = settleDates({ ...dates, ...open }, loadCalendar(packageRoot), now());
      const repeat = again === undefined ? undefined : parseInput(retryRequestSchema, again);
      const { membership, members } = await settleMembers(parsed, { home, packageRoot });
      const symbols = members.map(({ symbol }) => symbol);
      await requireWritable(home);
      requireClosedFolders(home);
      // Check now, not in the audit after everything has been trained.
      for (const file of [home.signingKey(), home.modelKey()]) requirePrivateFile(file);
      requireChosenAlgorithm(home.signingKey(), publicKeyOf(home.signingKey()));
      const policy = await readPolicy(home, packageRoot);
      await readReleasePolicy(home, packageRoot);
      if (parsed.source === 'csv') await requireFolder(parsed.bars ?? '');

      const finished = repeat?.only === 'failed' ? await finishedRun(home, runId) : undefined;
      const full: RunConfig = {
        ...parsed,
        ...(author === undefined ? {} : { author }),
        ...(parsed.symbols === undefined ? {} : { symbols }),
        membership,
        runId,
      };
      await recordInput(home, full);
      // The first start settles it: rules are not chosen after figures are known.
      await createStored(home, home.runPolicy(runId), policyText(policy));
      const symbolList = await writeRef(home, home.symbols(runId), canonicalJson(symbols), symbols.length);
      // The symbols are passed as a file: a universe may have thousands.
      const { symbols: _listed, ...config } = full;
      const reread = repeat === undefined ? undefined : await prepareResume(home, runId, repeat);
      return {
        ...(reread === undefined ? {} : { reread }),
        ...(finished === undefined ? {} : { finished }),
        config,
        symbols: symbolList,
        batches: ingestBatches(symbols.length),
        trainQueue: await chooseTrainQueue(parsed.accelerator, pollers),
      };
    },

    async dueRun(request) {
      return dueRun(home, packageRoot, request);
    },

    async planRun({ config, ingest, finished }) {
      const manifest = await readJsonRef(home, ingest, ingestManifestSchema);
      const { universe, findings } = await openRunUniverse(config, { home, packageRoot });
      const until = usableUntil(manifest, config.to);
      const tiles = tileWindows(config.from, until, config.windowDays);
      const cohorts = tiles.map(({ start, end }) => ({ id: cohortId(start, end), start, end }));
      const slots = barSlots(loadCalendar(packageRoot), manifest);
      const bars = gatherCohortBars(cohorts, config, until, {
        slots,
        membership: membershipOf(manifest.series),
        sectors: sectorsOf(manifest.series),
      });
      const inputs = await compareInputs(home, config, {
        cohorts: cohorts.map(({ id }) => id),
        symbols: manifest.series.map(({ symbol }) => symbol),
      });
      const sampled = new Set(labelSample(usableRecords(manifest)).map(({ symbol }) => symbol));
      const sample: BarSeries[] = [];
      const coverage = await coverageFromStore(home, manifest, universe, (series, record) => {
        const adjusted = adjustSeries(series, record.corporateActions ?? []);
        if (sampled.has(record.symbol)) sample.push(adjusted);
        const used = barsBefore(adjusted, until);
        bars.add(used);
        inputs.add(used, record);
      });
      const plan = planWindows({ coverage, config: { ...config, to: until }, slots });
      if (plan.trainable === 0 && Object.keys(plan.failed).length === 0) {
        throw new InvalidInputError([nothingToTrain(plan)]);
      }
      const digests = bars.digests();
      await writeCohortBars(home, { ingest, config: trainingConfig(config) }, digests);
      const heads = cohortHeads(plan);
      const notices = [labelNotice(sample, slots, config), unknownLabelNotice(plan.items, config)];
      const changes = await inputs.settle(until, digests, heads);
      const ref = await writePlan(home, config.runId, plan);
      const unchanged = finished !== undefined && (await isUnchanged(finished, ref, manifest));
      await addPlanLines(home, config.runId, plan);
      await recordWindowEnds(
        home,
        config.runId,
        { unit: 'plan', note: home.toldEvents(home.planLines(config.runId)) },
        plan.items.flatMap(plannedEnd),
      );
      recordEvents(home, config.runId, plan.items.flatMap(planEvent));
      return {
        plan: ref,
        planned: plan.windows,
        trainable: plan.trainable,
        skippedBy: plan.skipped,
        failedBy: plan.failed,
        notes: planNotes(plan.items),
        changes,
        cohorts: heads.slice(0, COHORTS_AT_ONCE / 2),
        cohortCount: heads.length,
        notices: [
          ...findings.map(({ message }) => message),
          ...notices.filter((notice) => notice !== undefined),
        ],
        ...(unchanged ? { unchanged } : {}),
      };
    },

    async listCohorts({ plan, from }) {
      const heads = cohortHeads(await readPlan(home, plan)).slice(from, from + COHORTS_AT_ONCE);
      if (heads.length === 0) throw new GurukulError('Bug', `the plan has no cohort ${from}`);
      return heads;
    },

    async nextTrainQueue({ runId, cohort, looks }) {
      const next = await nextTrainQueue(looks, pollers);
      if (next.trainQueue === 'train.cpu')
        recordEvent(home, runId, {
          event: 'train_queue',
          id: `train_queue/${cohort}`,
          cohort,
          queue: next.trainQueue,
          reason: 'no GPU worker was seen for a while',
        });
      return next;
    },

    async recordStatus({ status, message }) {
      await writeStoredJson(home, home.status(status.runId), status);
      recordEvent(home, status.runId, {
        event: 'phase',
        id: `phase/${status.phase}`,
        phase: status.phase,
        message,
        windows: status.windows,
      });
    },
  };
}

/** How a window ended that is not trained. */
function plannedEnd({ symbol, start, end, status, reason, detail }: PlanItem): WindowEnd[] {
  if (status === 'trainable') return [];
  const window = windowLabel(symbol, start, end);
  const error = status === 'failed' ? reason : null;
  return [{ symbol, window, start, end, status, reason, error, message: detail }];
}

/** Telemetry event of a window that is not trained. */
function planEvent({ symbol, start, end, status, reason, detail }: PlanItem): TelemetryEvent[] {
  if (status === 'trainable') return [];
  return [
    {
      event: `window_${status}`,
      id: `plan/${symbol}/${start}`,
      window: windowLabel(symbol, start, end),
      symbol,
      start,
      end,
      reason,
      detail,
      ...(status === 'failed' ? { error: reason, message: detail } : {}),
    },
  ];
}

/** The cohorts that have windows to train. */
function cohortHeads({ cohorts }: Plan): CohortHead[] {
  return cohorts
    .filter(({ shards }) => shards.length > 0)
    .map(({ id, shards }) => ({ id, windows: shards.flat().length, shards: shards.length }));
}

async function requireWritable(home: Home): Promise<void> {
  try {
    await mkdir(home.root, { recursive: true });
    await access(home.root, constants.W_OK);
  } catch (error) {
    throw new GurukulError(
      'InvalidInput',
      `cannot write to ${home.root} (${errorMessage(error)}): make it writable or set GURUKUL_HOME to another folder`,
    );
  }
}

async function requireFolder(folder: string): Promise<void> {
  try {
    await access(folder, constants.R_OK);
  } catch {
    throw new InvalidInputError([
      `bars: the worker cannot read the folder ${folder} on its machine; check the path and its permissions`,
    ]);
  }
}
