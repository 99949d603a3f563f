import { z } from 'zod';

import type { BundleIngest } from '../../../data/schemas/bundle.js';
import { bundleConfigSchema, bundleIngestSchema } from '../../../data/schemas/bundle.js';
import { UNSTATED_INPUT } from '../../../data/schemas/input-differences.js';
import { GurukulError } from '../../../data/errors.js';
import { canonicalJson } from '../../../data/store/digests.js';
import { BUNDLE } from '../bundle-layout.js';
import type { BackendCause, BarsCause, Causes, CodeCause, UniverseCause } from './causes.js';
import type { ComparedBundle } from './compared-bundle.js';
import { readJsonOf } from './compared-bundle.js';
import { seriesChange } from './series-change.js';
import type { StoredInputs } from './stored-inputs.js';
import type { ValueChange } from './values.js';
import { changedLeaves } from './values.js';

/** A bundle, and what a home still has of the run. */
export interface ComparedRun {
  readonly bundle: ComparedBundle;
  readonly stored: StoredInputs | undefined;
}

type Config = Readonly<Record<string, unknown>>;

/** Unknown keys are kept: another version may have more. */
const configSchema = bundleConfigSchema.loose();

const UNIVERSE_KEYS: readonly string[] = ['universe', 'membership'];
/** Keys that decide which bars are read, and how. */
const BAR_KEYS: readonly string[] = ['source', 'interval', 'adjust', 'format', 'stamps', 'from', 'to'];
const POLICY = 'policy';
const POLICY_FILE = /(^|\/)policy[^/]*\.json$/;

/** Finds what differs between the inputs of two runs. @throws GurukulError BadSchema, ChecksumMismatch */
export async function findCauses(before: ComparedRun, after: ComparedRun): Promise<Causes> {
  const [was, is] = await Promise.all([configOf(before.bundle), configOf(after.bundle)]);
  const fields = changedKeys(was, is);
  const configuration = fields.filter(
    ({ name }) => !UNIVERSE_KEYS.includes(name) && name !== 'seed' && name !== POLICY,
  );
  const seed = fields.find(({ name }) => name === 'seed') ?? null;
  const [had, has] = await Promise.all([ingestOf(before.bundle), ingestOf(after.bundle)]);
  // A source that makes its bars makes them from the seed.
  const made = had.source === 'synthetic' && has.source === 'synthetic' && seed !== null;
  const follows = [
    ...configuration.map(({ name }) => name).filter((name) => BAR_KEYS.includes(name)),
    ...(made ? ['seed'] : []),
  ];
  return {
    bars: await barsCause({ ...before, ingest: had }, { ...after, ingest: has }, follows, laterEnd(was, is)),
    code: codeCause(before, after),
    configuration,
    universe: universeCause(
      fields.filter(({ name }) => UNIVERSE_KEYS.includes(name)),
      { ...before, ingest: had },
      { ...after, ingest: has },
    ),
    seed,
    backend: backendCause(before.bundle, after.bundle),
    policy: await policyChanges(before.bundle, after.bundle, was[POLICY], is[POLICY]),
  };
}

async function configOf(bundle: ComparedBundle): Promise<Config> {
  return present(bundle, BUNDLE.config, await readJsonOf(bundle, BUNDLE.config, configSchema));
}

async function ingestOf(bundle: ComparedBundle): Promise<BundleIngest> {
  return present(bundle, BUNDLE.ingest, await readJsonOf(bundle, BUNDLE.ingest, bundleIngestSchema));
}

function present<Value>({ folder }: ComparedBundle, file: string, value: Value | undefined): Value {
  if (value === undefined) throw new GurukulError('BadSchema', `${folder}: ${file} is missing`);
  return value;
}

function changedKeys(before: Config, after: Config): ValueChange[] {
  const shown = (config: Config, name: string): unknown => config[name] ?? UNSTATED_INPUT[name] ?? null;
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .map((name) => ({ name, before: shown(before, name), after: shown(after, name) }))
    .filter((change) => canonicalJson(change.before) !== canonicalJson(change.after));
}

type IngestedRun = ComparedRun & { readonly ingest: BundleIngest };

async function barsCause(
  before: IngestedRun,
  after: IngestedRun,
  follows: readonly string[],
  end: string,
): Promise<BarsCause | null> {
  const others = new Map(after.ingest.series.map((entry) => [entry.symbol, entry]));
  const series = [];
  let same = 0;
  for (const entry of before.ingest.series) {
    const other = others.get(entry.symbol);
    if (other === undefined) continue;
    // One pair of series at a time is in memory, and only those that differ.
    const compared = async ({ stored }: ComparedRun, own: typeof entry) => ({
      entry: own,
      record: stored?.records.get(own.symbol),
      series: entry.sha256 === other.sha256 ? undefined : await stored?.series(own.symbol),
    });
    const change = seriesChange(await compared(before, entry), await compared(after, other), end);
    if (change === undefined) same += 1;
    else series.push(change);
  }
  // The digest covers what a bundle does not list: actions, dates of membership, sectors, sessions that were observed.
  const known = before.stored !== undefined && after.stored !== undefined;
  const listed = same === before.ingest.series.length && same === after.ingest.series.length;
  const unseen = listed && !known && before.ingest.digest !== after.ingest.digest;
  return series.length === 0 && !unseen ? null : { series, same, unseen, follows };
}

/** The later end of two runs, ISO, exclusive. */
function laterEnd({ to: was }: Config, { to: is }: Config): string {
  return (
    [was, is]
      .filter((end) => typeof end === 'string')
      .sort()
      .at(-1) ?? ''
  );
}

function codeCause(before: ComparedRun, after: ComparedRun): CodeCause | null {
  const [was, is] = [codeOf(before), codeOf(after)];
  const fields = Object.keys({ ...was, ...is })
    .map((name) => ({ name, before: was[name] ?? null, after: is[name] ?? null }))
    // What only one of them states says nothing about a difference.
    .filter(({ name, before: a, after: b }) => a !== b && (name === 'results' || (a !== null && b !== null)));
  const [had, has] = [before.stored?.trainingCode ?? null, after.stored?.trainingCode ?? null];
  return fields.some(({ name }) => name !== 'version')
    ? { fields, sameTraining: had === null || has === null ? null : had === has }
    : null;
}

/** Parameters of a statement that are no code. */
const NO_CODE: readonly string[] = ['codeVersion', 'node', 'backends', 'cohortBackends'];

function codeOf({ bundle, stored }: ComparedRun): Record<string, string | null> {
  const { buildDefinition, runDetails } = bundle.statement.predicate;
  const { internalParameters: parameters } = buildDefinition;
  const more = Object.entries(parameters).flatMap(([name, value]) =>
    typeof value === 'string' && !NO_CODE.includes(name) ? [[name, value] as const] : [],
  );
  return {
    results: parameters.codeVersion,
    training: stored?.trainingCode ?? null,
    ...Object.fromEntries(more),
    version: runDetails.builder.version['gurukul'] ?? null,
  };
}

function universeCause(
  fields: readonly ValueChange[],
  before: IngestedRun,
  after: IngestedRun,
): UniverseCause | null {
  const [was, is] = [before, after].map(({ ingest }) => new Set(ingest.series.map(({ symbol }) => symbol)));
  const only = (own: ReadonlySet<string> = new Set(), other: ReadonlySet<string> = new Set()): string[] =>
    [...own].filter((symbol) => !other.has(symbol)).sort();
  const [added, removed] = [only(is, was), only(was, is)];
  const members = membersChanged(before, after);
  return fields.length + added.length + removed.length + (members?.length ?? 0) === 0
    ? null
    : { fields, added, removed, members };
}

/** Symbols of both runs with other dates of membership, or another sector. */
function membersChanged({ stored: was }: ComparedRun, { stored: is }: ComparedRun): string[] | null {
  if (was === undefined || is === undefined) return null;
  return [...was.records]
    .filter(([symbol, { membership, sector }]) => {
      const other = is.records.get(symbol);
      const text = (value: unknown): string => canonicalJson(value ?? null);
      return (
        other !== undefined &&
        (text(membership) !== text(other.membership) || text(sector) !== text(other.sector))
      );
    })
    .map(([symbol]) => symbol)
    .sort();
}

const BACKEND_PARTS = ['library', 'version', 'device', 'instructionSet', 'threads'] as const;
const cohortBackendsSchema = z.record(z.string(), z.array(z.string()));

function backendCause(before: ComparedBundle, after: ComparedBundle): BackendCause | null {
  const of = ({ statement }: ComparedBundle) => statement.predicate.buildDefinition.internalParameters;
  const [was, is] = [of(before), of(after)];
  if (was.backends.join() === is.backends.join()) return null;
  const parts = [was, is].map(({ backends }) =>
    backends.length === 1 ? partsOf(backends[0] ?? '') : undefined,
  );
  const [had, has] = [was, is].map(
    ({ cohortBackends }) => cohortBackendsSchema.safeParse(cohortBackends).data,
  );
  return {
    before: was.backends,
    after: is.backends,
    parts: parts.every((part) => part !== undefined) ? changedLeaves(parts[0], parts[1]) : [],
    cohorts:
      had === undefined || has === undefined
        ? null
        : Object.keys(had)
            .filter((cohort) => has[cohort] !== undefined && had[cohort]?.join() !== has[cohort].join())
            .sort(),
  };
}

/** The parts of a backend's id, such as `tensorflow-2.15.1-cpu-avx2-t2` or `wasm-4.22.0-avx2`. */
function partsOf(id: string): Record<string, string> {
  const [library = '', version = '', ...rest] = id.split('-');
  const values = [library, version, ...(library === 'wasm' ? ['cpu', ...rest] : rest)];
  return Object.fromEntries(values.flatMap((value, at) => pair(BACKEND_PARTS[at], value)));
}

function pair(name: string | undefined, value: string): [string, string][] {
  return name === undefined ? [] : [[name, value]];
}

/** A policy in the configuration, or in a file of its own. */
async function policyChanges(
  before: ComparedBundle,
  after: ComparedBundle,
  was: unknown,
  is: unknown,
): Promise<ValueChange[]> {
  const changes = changedLeaves(was, is);
  const files = [...new Set([...before.digests.keys(), ...after.digests.keys()])].sort();
  for (const file of files.filter((name) => POLICY_FILE.test(name)))
    if (before.digests.get(file) !== after.digests.get(file))
      changes.push(
        ...changedLeaves(
          (await readJsonOf(before, file, z.unknown())) ?? {},
          (await readJsonOf(after, file, z.unknown())) ?? {},
        ),
      );
  return changes;
}
