import type { FileEntry } from '../../data/schemas/bundle.js';
import { canonicalJson, sha256 } from '../../data/store/digests.js';
import type { Arm } from '../market/feature-table.js';

/** Paths inside a bundle. */
export const BUNDLE = {
  manifest: 'manifest.json',
  summary: 'summary.md',
  modelCard: 'model_card.md',
  briefingText: 'promotion_briefing.md',
  briefingJson: 'promotion_briefing.json',
  briefingHtml: 'promotion_briefing.html',
  integrity: 'integrity.json',
  metrics: 'metrics.json',
  statTests: 'stat_tests.json',
  stressTests: 'stress_tests.json',
  backtest: 'backtest.json',
  importance: 'feature_importance.json',
  drift: 'feature_drift.json',
  teachers: 'teachers.jsonl',
  artifacts: 'artifacts.json',
  reproduction: 'reproduction.json',
  researchText: 'research_report.md',
  researchHtml: 'research_report.html',
  config: 'configs/run.json',
  logic: 'configs/logic.json',
  plan: 'configs/plan.json',
  ingest: 'configs/ingest.json',
  policy: 'configs/policy.json',
  coverage: 'coverage.json',
  coverageHtml: 'coverage.html',
  coverageTable: 'coverage.csv',
  predictions: 'predictions/predictions.parquet',
  placebo: 'predictions/placebo_predictions.parquet',
  student: 'predictions/student_predictions.parquet',
  variants: 'predictions/student_variants.parquet',
  stress: 'predictions/stress_predictions.parquet',
  outcomes: 'predictions/outcomes.parquet',
  placeboOutcomes: 'predictions/placebo_outcomes.parquet',
  exposures: 'predictions/exposures.parquet',
  factors: 'predictions/factors.parquet',
  choiceReturns: 'predictions/choice_returns.parquet',
  choices: 'choices',
  students: 'models/students',
  plots: 'plots',
  run: 'run.json',
  statement: 'provenance/statement.json',
  signature: 'provenance/signature.json',
  publicKey: 'provenance/public-key.pem',
  modelKey: 'provenance/model-key.pem',
  modelSignature: 'model.sig',
} as const;

/** Files outside the digest: they differ between runs of the same input. */
export const UNCOVERED: readonly string[] = [
  BUNDLE.modelSignature,
  BUNDLE.modelKey,
  BUNDLE.publicKey,
  BUNDLE.signature,
  BUNDLE.statement,
  BUNDLE.run,
];

/** The same in bundles of earlier versions, which have no model signature. */
const UNCOVERED_EARLIER: readonly string[] = UNCOVERED.slice(2);

/** Whether a manifest may name these as the files outside the digest. */
export function areUncovered(files: readonly string[]): boolean {
  return [UNCOVERED, UNCOVERED_EARLIER].some((list) => list.join('\n') === files.join('\n'));
}

/** The plots of a bundle: its only files under `plots/`. */
export const PLOTS = [
  'placebo.svg',
  'reliability.svg',
  'rank_ic.svg',
  'ic_decay.svg',
  'equity.svg',
  'roc.svg',
  'probabilities.svg',
] as const;
export type PlotName = (typeof PLOTS)[number];

const FOLDERS: ReadonlySet<string> = new Set([BUNDLE.choices, BUNDLE.students, BUNDLE.plots]);

/** Files of a bundle that have a name of their own: all but choices and the students' models. */
const NAMED: ReadonlySet<string> = new Set([
  ...Object.values(BUNDLE).filter((name) => !FOLDERS.has(name)),
  ...PLOTS.map((name) => `${BUNDLE.plots}/${name}`),
]);

const STUDENT_FILE =
  /^models\/students\/(\d{4}-\d{2}-\d{2}_to_\d{4}-\d{2}-\d{2})\/(?:model\.json|weights\.bin|model\.onnx|windows\.jsonl|inputs\.parquet)$/;

const CHOICES_FILE = /^choices\/(\d{4}-\d{2}-\d{2}_to_\d{4}-\d{2}-\d{2})\/(placebo_)?choices\.json$/;

/** The path of a cohort's choices. */
export function choicesFile(cohort: string, arm: Arm): string {
  return `${BUNDLE.choices}/${cohort}/${arm === 'real' ? '' : 'placebo_'}choices.json`;
}

/** Whose choices a path has; undefined for any other file. */
export function choicesOfFile(path: string): { readonly cohort: string; readonly arm: Arm } | undefined {
  const [, cohort, placebo] = CHOICES_FILE.exec(path) ?? [];
  return cohort === undefined ? undefined : { cohort, arm: placebo === undefined ? 'real' : 'placebo' };
}

/** The path of a student's file. */
export function studentFile(
  cohort: string,
  name: 'model.json' | 'weights.bin' | 'model.onnx' | 'windows.jsonl' | 'inputs.parquet',
): string {
  return `${BUNDLE.students}/${cohort}/${name}`;
}

/** True for the path of a file that a bundle can have, whichever version of the program made it. */
export function isBundleFile(path: string): boolean {
  return NAMED.has(path) || STUDENT_FILE.test(path) || CHOICES_FILE.test(path);
}

/** The cohort whose student a path belongs to; undefined for any other file. */
export function cohortOfStudentFile(path: string): string | undefined {
  return STUDENT_FILE.exec(path)?.[1];
}

/** Files of a bundle by path. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/** The list that the digest is computed over, sorted by path. */
export function entriesOf(files: BundleFiles): FileEntry[] {
  return [...files]
    .map(([path, content]) => ({ path, bytes: content.byteLength, sha256: sha256(content) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The bundle digest: SHA-256 of the canonical JSON of the covered files' paths, sizes and digests. */
export function bundleDigest(covered: readonly FileEntry[]): string {
  return sha256(canonicalJson(covered));
}

/** JSON as in a bundle: indented, with sorted keys, the same bytes for the same value. */
export function bundleJson(value: unknown): Uint8Array {
  const sorted: unknown = JSON.parse(canonicalJson(value));
  return Buffer.from(`${JSON.stringify(sorted, null, 2)}\n`);
}
