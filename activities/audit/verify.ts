import { GurukulError } from '../../data/errors.js';
import { statementSchema } from '../../data/schemas/bundle.js';
import type { KnownSigner } from '../../data/signing/known-signer.js';
import { codeVersion } from '../../data/store/code-version.js';
import { bundleVerified } from '../../data/telemetry/bundle-verified.js';
import { offEventLoop } from '../../data/event-loop.js';
import type { PredictedFacts } from './bundle-facts.js';
import { readJsonFile } from './bundle-facts.js';
import { BUNDLE } from './bundle-layout.js';
import { firstFormDifference } from './byte-form.js';
import { checkArtifacts } from './check-artifacts.js';
import { checkChoiceReturns } from './check-choice-returns.js';
import { choicesCheck } from './check-choices.js';
import { checkDerived } from './check-derived.js';
import type { PartialCheck } from './check-figures.js';
import { checkFigures, checkTrials } from './check-figures.js';
import { integrityCheck } from './check-integrity.js';
import { checkLogic } from './check-logic.js';
import { checkModelSignature } from './check-model-signature.js';
import { marketCheck } from './check-market.js';
import { checkSigner, checkStatement } from './check-provenance.js';
import { STUDENT_TOLERANCE } from './check-student-inputs.js';
import type { StudentCheck } from './check-students.js';
import { checkStudentCohorts, studentsCheck } from './check-students.js';
import { stressCheck } from './check-stress.js';
import { taughtWindows, teachersCheck } from './check-teachers.js';
import type { Difference } from './differences.js';
import { sentenceOf } from './differences.js';
import { PredictedFactsReader } from './predicted-facts.js';
import { predictedRows } from './predicted-rows.js';
import type { ReadBundle } from './read-bundle.js';
import { readBundle } from './read-bundle.js';
import { RowChecks } from './row-checks.js';
import type { Signer, Verified, VerifyReport } from './verify-report.js';

const CLAIMED: readonly string[] = [
  'findings of the leakage probes, digests of bars and priors, number of trials in the home',
  "that the inputs in the students' inputs.parquet are the features of the bars",
  "shifts, fitted rows and their losses in teachers.jsonl; fitted rows and fidelity in the students' windows.jsonl",
  'that stress_predictions.parquet is what the student says of bars that were shocked as stress_tests.json states',
  'that the policy was settled before the run was started',
  'times, host, code version and backends',
];

/**
 * Verifies a bundle offline, from its own files alone: manifest, sizes, digests, no missing or extra file, the form
 * of its JSON, signature and statement. Then it recomputes all figures from the predictions, and recreates all texts
 * and plots from the figures.
 *
 * @param folder Absolute path of the bundle, on any machine.
 * @param known The key that must have signed it; without one, the signer is `unknown`.
 */
export async function verifyBundle(folder: string, known?: KnownSigner): Promise<VerifyReport> {
  offEventLoop('verifyBundle');
  const report = await verifyFiles(folder, known);
  bundleVerified(report.ok);
  return report;
}

async function verifyFiles(folder: string, known?: KnownSigner): Promise<VerifyReport> {
  const bundle = await readBundle(folder);
  if ('file' in bundle) return failed(bundle);
  let signer: Signer | null = null;
  try {
    const signed = checkSigner(bundle, known);
    if ('file' in signed) return failed(signed);
    ({ signer } = signed);
    return signed.difference === undefined
      ? await verifySigned(bundle, signer)
      : failed(signed.difference, signer);
  } catch (error) {
    // An invalid file of the bundle; any other error is a bug.
    if (!(error instanceof GurukulError)) throw error;
    const { message } = error;
    return {
      ...failed({ file: message.split(/[ :]/)[0] ?? '', expected: '', found: '' }, signer),
      difference: message,
    };
  }
}

async function verifySigned(bundle: ReadBundle, signer: Signer): Promise<VerifyReport> {
  const { covered, uncovered, manifest } = bundle;
  const statement = readJsonFile(uncovered, BUNDLE.statement, statementSchema);
  const { codeVersion: made } = statement.predicate.buildDefinition.internalParameters;
  // The version of Node.js may be another: what computes a figure does not depend on it, see data/math.
  const sameProgram = made === (await codeVersion());
  const before =
    firstFormDifference(new Map([...uncovered, ...covered])) ??
    checkStatement(bundle, statement) ??
    checkStudentCohorts(covered);
  if (before !== undefined) return failed(before, signer);
  const model = checkModelSignature(bundle, sameProgram);
  if (model.difference !== undefined) return failed(model.difference, signer);
  const logic = await checkLogic(covered, sameProgram);
  if (logic.difference !== undefined) return failed(logic.difference, signer);
  const [foundFigures, foundRows] = await Promise.all([
    settled(checkFigures(bundle, sameProgram)),
    settled(checkRows(bundle, sameProgram)),
  ]);
  const { integrity, others } = foundRows();
  if (integrity.difference !== undefined) return failed(integrity.difference, signer);
  const figures = foundFigures();
  if (figures.difference !== undefined) return failed(figures.difference, signer);
  // What else is found counts if the figures are right.
  const { difference, teachers, market, choices, returns, students, derived, stress } = others();
  if (difference !== undefined) return failed(difference, signer);

  const unchecked = [
    ...model.unchecked,
    ...logic.unchecked,
    ...integrity.unchecked,
    ...figures.unchecked,
    ...teachers.unchecked,
    ...market.unchecked,
    ...choices.unchecked,
    ...returns.unchecked,
    ...students.unchecked,
    ...stress.unchecked,
    ...derived.unchecked,
  ];
  const verified: Verified = {
    digest: manifest.digest,
    files: covered.size + uncovered.size + 1,
    runId: statement.predicate.runDetails.metadata.invocationId,
    keyId: signer.keyId,
    signer,
    sameProgram,
    checked: [
      'names, sizes and digests of all files',
      'signature and statement',
      ...(model.unchecked.length === 0
        ? [`model signature of all other files (${BUNDLE.modelSignature})`]
        : []),
      ...(logic.unchecked.length === 0 ? ['the algorithm and its logic digest'] : []),
      'leakage probes and windows of the predictions',
      figures.unchecked.length === 0
        ? 'figures from the predictions, bit for bit'
        : 'the other figures from the predictions, within 1e-9',
      ...(market.unchecked.length === 0
        ? [
            'outcomes, exposures and factors: one row for each predicted symbol and date, and the labels’ returns',
          ]
        : []),
      ...(choices.unchecked.length === 0
        ? ['choices against the figures of their grids, and their dates']
        : []),
      'rows, base rates and log-losses of the teachers from the predictions, within 1e-9',
      'rows and log-losses of the students from their predictions, within 1e-9',
      ...(students.recomputed === 0
        ? []
        : [
            `${students.recomputed} predictions of the students from inputs, model and weights, within ${STUDENT_TOLERANCE}`,
          ]),
      ...(covered.has(BUNDLE.stress)
        ? ['rows of the predictions on shocked bars against those of the student']
        : []),
      'the list of model files against the students in the bundle',
      ...(derived.unchecked.length === 0
        ? ['texts and plots, byte for byte']
        : derived.same === 0
          ? []
          : ['the other texts and plots, byte for byte']),
    ],
    unchecked,
    hashedOnly: hashedOnly(students),
    claimed: CLAIMED,
  };
  return unchecked.length === 0
    ? { ok: true, result: 'ok', ...verified }
    : { ok: false, result: 'partly checked', ...verified };
}

/** What is checked beside the figures. */
interface OtherChecks {
  /** The first one, in the order of the checks. */
  readonly difference: Difference | undefined;
  readonly teachers: PartialCheck;
  readonly market: PartialCheck;
  readonly choices: PartialCheck;
  readonly returns: PartialCheck;
  readonly students: StudentCheck;
  readonly stress: PartialCheck;
  readonly derived: Awaited<ReturnType<typeof checkDerived>>;
}

/** What is checked beside the figures, with one look at the predictions for all of it. */
async function checkRows(
  bundle: ReadBundle,
  sameProgram: boolean,
): Promise<{ readonly integrity: PartialCheck; readonly others: () => OtherChecks }> {
  const { covered } = bundle;
  const checks = new RowChecks();
  const integrity = checks.add(integrityCheck(covered, sameProgram));
  const answers = {
    teachers: checks.add(teachersCheck(covered, sameProgram)),
    market: checks.add(marketCheck(covered, sameProgram)),
    choices: checks.add(choicesCheck(covered, sameProgram)),
    students: checks.add(studentsCheck(covered, sameProgram)),
    stress: checks.add(stressCheck(covered, sameProgram)),
    facts: checks.add(new PredictedFactsReader(covered)),
  };
  await checks.see(predictedRows(covered));
  return { integrity: await integrity(), others: await settled(checkOthers(bundle, sameProgram, answers)) };
}

/** The answers of the checks that saw the predictions. */
interface RowAnswers {
  readonly teachers: () => Promise<PartialCheck>;
  readonly market: () => Promise<PartialCheck>;
  readonly choices: () => Promise<PartialCheck>;
  readonly students: () => Promise<StudentCheck>;
  readonly stress: () => Promise<PartialCheck>;
  readonly facts: () => Promise<PredictedFacts>;
}

/** Its result or its error, once it has ended: of several at one time, one may fail before the others have. */
async function settled<Result>(pending: Promise<Result>): Promise<() => Result> {
  return pending.then(
    (result) => () => result,
    (error: unknown) => () => {
      throw error;
    },
  );
}

async function checkOthers(
  bundle: ReadBundle,
  sameProgram: boolean,
  answers: RowAnswers,
): Promise<OtherChecks> {
  const { covered } = bundle;
  const none: PartialCheck = { unchecked: [] };
  const found: { -readonly [Check in keyof OtherChecks]: OtherChecks[Check] } = {
    ...{ difference: undefined, teachers: none, market: none, choices: none, returns: none, stress: none },
    students: { unchecked: [], recomputed: 0, silent: [] },
    derived: { unchecked: [], same: 0 },
  };
  found.teachers = await answers.teachers();
  found.difference =
    checkTrials(bundle, sameProgram) ??
    found.teachers.difference ??
    checkArtifacts(covered, taughtWindows(covered).keys());
  if (found.difference !== undefined) return found;
  found.market = await answers.market();
  found.choices = await answers.choices();
  found.returns = await checkChoiceReturns(covered, sameProgram);
  found.difference = found.market.difference ?? found.choices.difference ?? found.returns.difference;
  if (found.difference !== undefined) return found;
  found.students = await answers.students();
  found.difference = found.students.difference;
  if (found.difference !== undefined) return found;
  found.stress = await answers.stress();
  found.difference = found.stress.difference;
  if (found.difference !== undefined) return found;
  found.derived = await checkDerived(covered, sameProgram, answers.facts);
  found.difference = found.derived.difference;
  return found;
}

function hashedOnly({ recomputed, silent }: StudentCheck): string[] {
  return [
    recomputed === 0
      ? 'the predictions of teachers, placebo and students'
      : `the predictions of teachers and placebo, and those of the students beyond the ${recomputed} recomputed ones`,
    ...(silent.length === 0
      ? []
      : [`the weights of students that have no forward rows to compare them with: ${silent.join(', ')}`]),
    'returns of other horizons than the label’s, exposures and factors, figures of the choices, by date, too',
    'feature importance, feature drift and coverage',
  ];
}

function failed(
  difference: Difference,
  signer: Signer | null = null,
): Extract<VerifyReport, { readonly result: 'failed' }> {
  return {
    ok: false,
    result: 'failed',
    difference: sentenceOf(difference),
    file: difference.file,
    signer,
    checked: [],
    unchecked: [],
  };
}
