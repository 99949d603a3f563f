import type { CauseKind } from '../../activities/audit/diff/causes.js';
import type { DiffSide, RunDiff } from '../../activities/audit/diff/compare-bundles.js';
import { describeCauses } from './describe-causes.js';
import { describeConsequences } from './describe-consequences.js';
import { renderTable } from './format.js';

/** The result of `gurukul diff` for a person: causes, whose fault it is, then what came out in another way. */
export function describeDiff(diff: RunDiff, self: string): string[] {
  const { before, after, equal, kinds, consequences } = diff;
  return [
    ...renderTable(['', 'run', 'digest', 'bundle'], [sideRow('before', before), sideRow('after', after)]),
    '',
    ...(equal
      ? ['Equal: both bundles have the same digest, so every figure, model and text is the same.', '']
      : []),
    kinds.length === 0 ? 'Nothing differs between the inputs that a bundle records' : 'What differs',
    ...describeCauses(diff).map((line) => `  ${line}`),
    '',
    ...(equal ? equalLines(diff) : [...attributionLines(diff, self), '']),
    ...(consequences === null ? [] : [...describeConsequences(consequences), '']),
    `Neither bundle was verified: ${self} audit verify PATH does that. --json has everything.`,
  ];
}

function sideRow(name: string, { runId, digest, bundle }: DiffSide): string[] {
  return [name, runId, digest.slice(0, 16), bundle];
}

function equalLines({ kinds }: RunDiff): string[] {
  return kinds.length === 0 ? [] : [`No result depends on this difference (${kinds.join(', ')}).`, ''];
}

/** Whose doing the consequences are: one cause can be blamed, several cannot be told apart. */
function attributionLines({ separate, causes }: RunDiff, self: string): string[] {
  const [only] = separate;
  if (only === undefined)
    return causes.bars === null
      ? [
          'Nothing that a bundle records explains the other digest: one input gave two results, which is a defect of the',
          'program or of a machine. A third run of it in a home of its own (GURUKUL_HOME) shows which of them it gives.',
        ]
      : [
          'Only bars after the end of both runs differ: they are in the digest, and no model or figure depends on them.',
        ];
  if (separate.length > 1)
    return [
      `${separate.length} things differ (${separate.join(', ')}): two bundles alone cannot tell which of them moved what.`,
      'To separate them, start runs with the input of the first (models/RUN/input.json, or `input` in the run.json of',
      `its bundle: ${self} run --config FILE --run-id NEW), and take over one thing at a time:`,
      ...separate.map((kind) => `  ${kind.padEnd(WIDTH)}${SEPARATED[kind]}`),
    ];
  const code =
    only === 'code' && causes.code?.sameTraining === true
      ? ' The code that trains is the same, so models and predictions do not depend on it.'
      : '';
  return [`One thing differs (${only}): everything below follows from it.${code}`];
}

const WIDTH = 15;

/** How a run differs from the first one in this cause alone. */
const SEPARATED: Readonly<Record<CauseKind, string>> = {
  bars: 'the same program and input, with the bars of the second',
  code: 'the same input and bars, with the program of the second',
  configuration: 'the same seed and universe, with the other keys of the second',
  universe: 'the same keys, with universe, membership and symbols of the second',
  seed: 'the same input, with the --seed of the second',
  backend: 'the same program, input and bars, on the machine of the second',
  policy: 'the same run, examined by the policy of the second',
};
