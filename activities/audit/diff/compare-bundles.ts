import { z } from 'zod';

import { bundleIngestSchema } from '../../../data/schemas/bundle.js';
import type { Home } from '../../../data/store/home.js';
import { BUNDLE } from '../bundle-layout.js';
import type { CauseKind, Causes } from './causes.js';
import { kindsOf, ownKinds } from './causes.js';
import type { ChoiceChanges } from './choice-changes.js';
import { choiceChanges } from './choice-changes.js';
import type { ComparedBundle } from './compared-bundle.js';
import { openComparedBundle, readJsonOf } from './compared-bundle.js';
import type { FigureChanges } from './figure-changes.js';
import { figureChanges } from './figure-changes.js';
import type { ComparedRun } from './find-causes.js';
import { findCauses } from './find-causes.js';
import type { ModelChanges } from './model-changes.js';
import { COMPARED_MODELS, modelChanges } from './model-changes.js';
import { storedInputs } from './stored-inputs.js';
import type { StudentChanges } from './student-changes.js';
import { studentChanges } from './student-changes.js';
import { numberAt } from './values.js';
import type { VerdictChanges } from './verdict-changes.js';
import { comparedBriefingSchema, verdictChanges } from './verdict-changes.js';
import type { WindowChanges } from './window-changes.js';
import { windowChanges } from './window-changes.js';

/** One of two runs that are compared. */
export interface DiffSide {
  readonly runId: string;
  /** Absolute path of the bundle. */
  readonly bundle: string;
  readonly digest: string;
  /** Whether the home has the run's inputs too, so that its bars are compared one by one. */
  readonly inputs: boolean;
}

/** What differs between two runs. `before` is the one that is named first. */
export interface RunDiff {
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** Whether both bundles have the same digest: then there is nothing else to say. */
  readonly equal: boolean;
  readonly causes: Causes;
  /** Causes that differ. */
  readonly kinds: readonly CauseKind[];
  /** Those that stand by themselves: with exactly one, every consequence is its own. */
  readonly separate: readonly CauseKind[];
  /** Null where the bundles are equal. */
  readonly consequences: Consequences | null;
}

/** What came out in another way. */
export interface Consequences {
  readonly windows: WindowChanges;
  readonly models: readonly ModelChanges[];
  readonly students: StudentChanges;
  readonly choices: ChoiceChanges;
  readonly figures: FigureChanges;
  readonly verdicts: VerdictChanges;
  /** Covered files of both that differ, and of one alone. */
  readonly files: {
    readonly changed: readonly string[];
    readonly added: readonly string[];
    readonly removed: readonly string[];
  };
}

/**
 * Compares two bundles, offline: first what differs between the inputs of their runs, then what came out in another
 * way. Signatures and figures are not checked.
 *
 * @param before Absolute path of a bundle.
 * @param home Where stored bars of the runs may be.
 * @throws GurukulError ChecksumMismatch or BadSchema when a bundle is damaged, naming the file.
 */
export async function compareBundles(home: Home, before: string, after: string): Promise<RunDiff> {
  const [was, is] = [await comparedRun(home, before), await comparedRun(home, after)];
  const equal = was.bundle.manifest.digest === is.bundle.manifest.digest;
  const causes = await findCauses(was, is);
  return {
    before: sideOf(was),
    after: sideOf(is),
    equal,
    causes,
    kinds: kindsOf(causes),
    separate: ownKinds(causes),
    consequences: equal ? null : await consequencesOf(was.bundle, is.bundle),
  };
}

async function comparedRun(home: Home, folder: string): Promise<ComparedRun> {
  const bundle = await openComparedBundle(folder);
  const ingest = await readJsonOf(bundle, BUNDLE.ingest, bundleIngestSchema);
  const stored = ingest && (await storedInputs(home, runIdOf(bundle), ingest.digest));
  return { bundle, stored };
}

function runIdOf({ statement }: ComparedBundle): string {
  return statement.predicate.runDetails.metadata.invocationId;
}

function sideOf({ bundle, stored }: ComparedRun): DiffSide {
  return {
    runId: runIdOf(bundle),
    bundle: bundle.folder,
    digest: bundle.manifest.digest,
    inputs: stored !== undefined,
  };
}

async function consequencesOf(before: ComparedBundle, after: ComparedBundle): Promise<Consequences> {
  const horizon = Math.max(await horizonOf(before), await horizonOf(after));
  const models: ModelChanges[] = [];
  for (const model of COMPARED_MODELS) models.push(await modelChanges(model, before, after, horizon));
  return {
    windows: await windowChanges(before, after),
    models,
    students: studentChanges(before, after),
    choices: await choiceChanges(before, after),
    figures: figureChanges(await figuresIn(before), await figuresIn(after)),
    verdicts: verdictChanges(
      await readJsonOf(before, BUNDLE.briefingJson, comparedBriefingSchema),
      await readJsonOf(after, BUNDLE.briefingJson, comparedBriefingSchema),
    ),
    files: filesOf(before, after),
  };
}

async function horizonOf(bundle: ComparedBundle): Promise<number> {
  return numberAt(await readJsonOf(bundle, BUNDLE.config, z.unknown()), ['horizon']) ?? 1;
}

async function figuresIn(bundle: ComparedBundle): Promise<{ metrics: unknown; tests: unknown }> {
  return {
    metrics: await readJsonOf(bundle, BUNDLE.metrics, z.unknown()),
    tests: await readJsonOf(bundle, BUNDLE.statTests, z.unknown()),
  };
}

function filesOf({ digests: was }: ComparedBundle, { digests: is }: ComparedBundle): Consequences['files'] {
  const [before, after] = [[...was.keys()], [...is.keys()]];
  return {
    changed: before.filter((file) => is.has(file) && was.get(file) !== is.get(file)),
    added: after.filter((file) => !was.has(file)),
    removed: before.filter((file) => !is.has(file)),
  };
}
