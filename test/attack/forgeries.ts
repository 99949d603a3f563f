import { BUNDLE, PLOTS, bundleJson } from '../../activities/audit/bundle-layout.js';
import { artifactsSchema, runRecordSchema } from '../../data/schemas/bundle.js';
import type { LogicParts } from '../../data/schemas/logic.js';
import { logicDigest } from '../../data/logic/logic-digest.js';
import { logicSchema } from '../../data/schemas/logic.js';
import { canonicalJson, sha256 } from '../../data/store/digests.js';
import { fromAnotherProgram } from '../activities/audit/forge.js';
import type { EditStatement, Forger } from './forgery-edits.js';
import {
  asLines,
  coveredFiles,
  dropRows,
  editJson,
  editPredictions,
  editText,
  improve,
  jsonOf,
  linesOf,
  moveRow,
  studentFiles,
  textOf,
  withRecord,
} from './forgery-edits.js';
import { editFigure } from './json-edits.js';
import { oneOf, placeIn, randomBytesOf } from './kind.js';
import { CLAIMED_CHOICES, MARKET_FORGERIES } from './market-forgeries.js';
import { CLAIMED_POLICIES, POLICY_FORGERIES } from './policy-forgeries.js';

const PREDICTIONS = [BUNDLE.predictions, BUNDLE.placebo, BUNDLE.student] as const;
const TEXTS = [BUNDLE.summary, BUNDLE.modelCard, BUNDLE.briefingText, BUNDLE.briefingHtml] as const;
const REPORT = [BUNDLE.researchText, BUNDLE.researchHtml] as const;
const FIGURES = [
  BUNDLE.metrics,
  BUNDLE.statTests,
  BUNDLE.stressTests,
  BUNDLE.backtest,
  BUNDLE.briefingJson,
] as const;

/** Changes of what a verification recomputes: they are found whoever signed. */
export const RECOMPUTED: Readonly<Record<string, Forger>> = {
  text: (files, random) => editText(files, oneOf(random, TEXTS), random),
  report: (files, random) => editText(files, oneOf(random, REPORT), random),
  'logic-alone': (files, random) => editJson(files, BUNDLE.logic, random),
  logic: (files, random) => {
    const { parts, format } = logicSchema.parse(jsonOf(files, BUNDLE.logic));
    const { features, label, training } = parts;
    const changed = oneOf<LogicParts>(random, [
      { ...parts, features: { ...features, score: features.score.slice(1) } },
      { ...parts, features: { ...features, state: [{ name: 'sentiment', formula: 'mean of news' }] } },
      { ...parts, label: { ...label, horizon: label.horizon + random.integer(1, 20) } },
      { ...parts, label: { ...label, entry: 'close' } },
      { ...parts, training: { ...training, code: sha256(String(random.integer(0, 99))) } },
      { ...parts, training: { ...training, windowDays: training.windowDays + 1 } },
      { ...parts, training: { ...training, constants: {} } },
    ]);
    const content = bundleJson({ format, parts: changed, digest: logicDigest(changed) });
    return { changes: { [BUNDLE.logic]: content } };
  },
  'no-logic': () => ({
    changes: Object.fromEntries([BUNDLE.logic, ...REPORT].map((file) => [file, undefined])),
  }),
  plot: (files, random) => editText(files, `${BUNDLE.plots}/${oneOf(random, PLOTS)}`, random),
  figure: (files, random) => editJson(files, oneOf(random, FIGURES), random),
  'better-predictions': async (files, random) => editPredictions(files, random, improve),
  'fewer-predictions': async (files, random) => editPredictions(files, random, dropRows),
  'moved-predictions': async (files, random) => editPredictions(files, random, moveRow),
  'other-predictions': (files, random) => {
    const one = oneOf(random, PREDICTIONS);
    const other = oneOf(
      random,
      PREDICTIONS.filter((file) => file !== one),
    );
    return { changes: { [one]: files.get(other) } };
  },
  teachers: (files, random) => {
    const lines = linesOf(files, BUNDLE.teachers);
    const at = placeIn(random, lines.length);
    const line: unknown = JSON.parse(lines[at] ?? '');
    const edited = editFigure(line, random);
    // The line of a failed window has no figures.
    const text = edited === undefined ? [] : [canonicalJson(edited)];
    return { changes: { [BUNDLE.teachers]: asLines(lines.toSpliced(at, 1, ...text)) } };
  },
  'teachers-order': (files, random) => {
    const lines = linesOf(files, BUNDLE.teachers);
    const turn = 1 + placeIn(random, lines.length - 1);
    return { changes: { [BUNDLE.teachers]: asLines([...lines.slice(turn), ...lines.slice(0, turn)]) } };
  },
  artifacts: (files, random) => {
    const { files: listed } = artifactsSchema.parse(jsonOf(files, BUNDLE.artifacts));
    const at = placeIn(random, listed.length);
    const student = listed.findIndex((entry) => entry.path.startsWith('students/'));
    const foreign = { path: `zoo/${random.integer(0, 9)}.bin`, bytes: 1, sha256: 'f'.repeat(64) };
    const changed = oneOf(random, [
      listed.toSpliced(at, 1),
      [...listed, foreign],
      listed.map((entry, i) => (i === student ? { ...entry, bytes: entry.bytes + 1 } : entry)),
      listed.map((entry, i) => (i === student ? { ...entry, sha256: sha256('x') } : entry)),
      listed.toReversed(),
    ]);
    return { changes: { [BUNDLE.artifacts]: bundleJson({ files: changed }) } };
  },
  model: (files, random) => {
    const file = oneOf(random, studentFiles(files));
    return { changes: { [file]: randomBytesOf(random, random.integer(0, 64)) } };
  },
  'unlisted-model': (_, random) => ({
    changes: {
      [`models/students/19${random.integer(10, 99)}-01-01_to_1999-06-30/weights.bin`]: Buffer.from('w'),
    },
  }),
  'unknown-file': (_, random) => ({
    changes: {
      [oneOf(random, [
        'notes.md',
        'configs/advice.md',
        'plots/more.svg',
        'models/t.bin',
        'FAILED.md',
        'a/b/c',
      ])]: Buffer.from('promote'),
    },
  }),
  'missing-file': (files, random) => ({
    changes: { [oneOf(random, coveredFiles(files))]: undefined },
  }),
  probes: (files, random) => {
    const file = BUNDLE.integrity;
    const text = textOf(files, file);
    const edited = oneOf(random, [
      text.replace(/"findings":0/, '"findings":1'),
      text.replace(/"SYM\d\d"/, '"SYM99"'),
      text.replace(
        '"findings":[]',
        '"findings":[{"probe":"future","symbol":"SYM01","rows":1,"message":"x"}]',
      ),
      text.replace(/"probe":"\w+"/, '"probe":"none"'),
      text.replace(/("probe":"selection"[^{}]*"rows":)\d+/, (_, before: string) => `${before}7`),
    ]);
    return { changes: { [file]: edited === text ? undefined : Buffer.from(edited) } };
  },
  ...MARKET_FORGERIES,
  ...POLICY_FORGERIES,
  'config-alone': (files, random) => editJson(files, BUNDLE.config, random),
  'statement-alone': (_, random) => ({
    changes: {},
    statement: oneOf<EditStatement>(random, [
      ({ subject }) => void subject.splice(placeIn(random, subject.length), 1),
      ({ subject }) => void subject.reverse(),
      ({ subject }) => void Object.assign(oneOf(random, subject).digest, { sha256: sha256('x') }),
      ({ predicate }) => void (predicate.runDetails.metadata.invocationId = 'run_z'),
      ({ predicate }) =>
        void (predicate.buildDefinition.externalParameters['seed'] = random.integer(100, 200)),
      ({ predicate }) => void (predicate.buildDefinition.externalParameters['approved'] = true),
      ({ predicate }) => void (predicate.buildDefinition.resolvedDependencies = []),
    ]),
  }),
  'record-trials': (files, random) => {
    const record = runRecordSchema.parse(jsonOf(files, BUNDLE.run));
    const trials = { ...record.trials, home: record.trials.home + random.integer(1, 5000) };
    return withRecord({ ...record, trials });
  },
  'text-of-another-program': (files, random) => ({
    ...editText(files, oneOf(random, TEXTS), random),
    statement: fromAnotherProgram,
  }),
};

/** Changes of what a verification cannot recompute: who signed is all that can be known. */
export const CLAIMED: Readonly<Record<string, Forger>> = {
  nothing: () => ({ changes: {} }),
  'record-host': (files, random) => {
    const record = runRecordSchema.parse(jsonOf(files, BUNDLE.run));
    return withRecord({
      ...record,
      host: `host${random.integer(0, 99)}`,
      auditedAt: '2020-01-01T00:00:00.000Z',
    });
  },
  'statement-claims': (_, random) => ({
    changes: {},
    statement: oneOf<EditStatement>(random, [
      ({ predicate }) => void (predicate.runDetails.metadata.finishedOn = '2020-01-01T00:00:00.000Z'),
      ({ predicate }) =>
        void (predicate.buildDefinition.internalParameters.node = `v${random.integer(1, 99)}.0.0`),
      ({ predicate }) => void predicate.buildDefinition.internalParameters.backends.push('tensorflow-9'),
      fromAnotherProgram,
    ]),
  }),
  'model-and-list': (files, random) => {
    const file = oneOf(random, studentFiles(files));
    const content = randomBytesOf(random, random.integer(1, 64));
    const { files: listed } = artifactsSchema.parse(jsonOf(files, BUNDLE.artifacts));
    const changed = listed.map((entry) =>
      `models/${entry.path}` === file
        ? { ...entry, bytes: content.byteLength, sha256: sha256(content) }
        : entry,
    );
    return { changes: { [file]: content, [BUNDLE.artifacts]: bundleJson({ files: changed }) } };
  },
  'prior-digest': (files) => {
    const { files: listed } = artifactsSchema.parse(jsonOf(files, BUNDLE.artifacts));
    const changed = listed.map((entry) =>
      entry.path.includes('/prior/') ? { ...entry, sha256: sha256('another prior') } : entry,
    );
    return { changes: { [BUNDLE.artifacts]: bundleJson({ files: changed }) } };
  },
  ...CLAIMED_CHOICES,
  ...CLAIMED_POLICIES,
  'any-json': (files, random) =>
    editJson(
      files,
      oneOf(random, [BUNDLE.plan, BUNDLE.ingest, BUNDLE.importance, BUNDLE.drift, BUNDLE.integrity]),
      random,
    ),
};
