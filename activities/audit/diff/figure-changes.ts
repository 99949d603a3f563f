import { differenceOf, listAt, numberAt, valueAt } from './values.js';

/** A figure of a bundle that moved. */
export interface FigureChange {
  /** Where it is in metrics.json, such as `forward.teacher.logLoss`; of a test, `tests.teacherRanks`. */
  readonly name: string;
  /** Null where the run does not have it. */
  readonly before: number | null;
  readonly after: number | null;
  readonly difference: number | null;
  /** 95 % intervals; null where the figure has none. */
  readonly intervals: { readonly before: Interval | null; readonly after: Interval | null };
  /** Whether each value lies in the interval of the other; null where one has none. */
  readonly withinNoise: boolean | null;
}

interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A figure with its place and its interval's place. */
interface Figure {
  readonly name: string;
  readonly value: number | null;
  readonly interval: Interval | null;
}

export interface FigureChanges {
  /** Figures that one of the runs has. */
  readonly compared: number;
  /** Those that differ, in the order of the reports. */
  readonly moved: readonly FigureChange[];
}

/** Figures of a model, with the key of their interval in `confidence`. */
const ARM_FIGURES: readonly (readonly [path: readonly string[], interval: string | null])[] = [
  [['rows'], null],
  [['symbols'], null],
  [['dates'], null],
  [['baseRate'], null],
  [['logLoss'], 'logLoss'],
  [['brier'], 'brier'],
  [['auc'], 'auc'],
  [['cohortAuc'], 'cohortAuc'],
  [['skill'], 'skill'],
  [['pooledRate', 'skill'], 'pooledSkill'],
  [['calibration', 'ece'], null],
  [['ic', 'mean'], 'ic'],
  [['rankIc', 'mean'], 'rankIc'],
  [['strategy', 'net', 'sharpe'], 'netSharpe'],
  [['strategy', 'active', 'meanPerYear'], 'activePerYear'],
];
const ARMS = [
  ['forward', ['teacher', 'student', 'placebo', 'studentPlacebo']],
  ['validation', ['teacher', 'student', 'placebo']],
] as const;

/** Tests of stat_tests.json that have no effect with an interval. */
const SHARPE_TESTS = ['netSharpe', 'activeSharpe'];

/**
 * Compares the figures of two bundles, of any versions.
 *
 * @param before Content of metrics.json and stat_tests.json.
 */
export function figureChanges(
  before: { readonly metrics: unknown; readonly tests: unknown },
  after: { readonly metrics: unknown; readonly tests: unknown },
): FigureChanges {
  const [was, is] = [before, after].map(({ metrics, tests }) =>
    [...armFigures(metrics), ...rankingFigures(metrics), ...testFigures(tests)].filter(
      ({ value }) => value !== null,
    ),
  );
  const known = new Map((was ?? []).map((figure) => [figure.name, figure]));
  const other = new Map((is ?? []).map((figure) => [figure.name, figure]));
  const names = inOrder([...known.keys()], [...other.keys()]);
  return {
    compared: names.length,
    moved: names.flatMap((name) => changeOf(name, known.get(name), other.get(name))),
  };
}

/** Names of both lists, those of one alone at their end, in an order that does not depend on which list is first. */
function inOrder(one: readonly string[], other: readonly string[]): string[] {
  const both = one.filter((name) => other.includes(name));
  return [...both, ...[...one, ...other].filter((name) => !both.includes(name)).sort()];
}

function changeOf(name: string, was: Figure | undefined, is: Figure | undefined): FigureChange[] {
  const [before, after] = [was?.value ?? null, is?.value ?? null];
  if (before === after) return [];
  const intervals = { before: was?.interval ?? null, after: is?.interval ?? null };
  return [
    {
      ...{ name, before, after, intervals },
      difference: differenceOf(before, after),
      withinNoise:
        before === null || after === null || intervals.before === null || intervals.after === null
          ? null
          : holds(intervals.before, after) && holds(intervals.after, before),
    },
  ];
}

function holds({ low, high }: Interval, value: number): boolean {
  return low <= value && value <= high;
}

function armFigures(metrics: unknown): Figure[] {
  return ARMS.flatMap(([split, models]) =>
    models.flatMap((model) =>
      ARM_FIGURES.map(([path, interval]) => ({
        name: [split, model, ...path].join('.'),
        value: numberAt(metrics, [split, model, ...path]),
        interval:
          interval === null ? null : intervalAt(valueAt(metrics, [split, model, 'confidence', interval])),
      })),
    ),
  );
}

/** Rank ICs at the headline horizon. */
function rankingFigures(metrics: unknown): Figure[] {
  const headline = numberAt(metrics, ['ranking', 'headline']);
  return listAt(metrics, ['ranking', 'rows']).flatMap((row) => {
    const name = valueAt(row, ['name']);
    const horizon = listAt(row, ['horizons']).find((one) => numberAt(one, ['horizon']) === headline);
    if (typeof name !== 'string' || horizon === undefined) return [];
    return ['raw', 'neutral'].map((kind) => ({
      name: `ranking.${name}.${kind}`,
      value: numberAt(horizon, [kind, 'mean']),
      interval: intervalAt(valueAt(horizon, [kind])),
    }));
  });
}

function testFigures(tests: unknown): Figure[] {
  const names = typeof tests === 'object' && tests !== null ? Object.keys(tests).sort() : [];
  return names.flatMap((name): Figure[] =>
    SHARPE_TESTS.includes(name)
      ? ['sharpe', 'deflated', 'trials'].map((key) => ({
          name: `tests.${name}.${key}`,
          value: numberAt(tests, [name, key]),
          interval: null,
        }))
      : [
          {
            name: `tests.${name}`,
            value: numberAt(tests, [name, 'estimate']),
            interval: intervalAt(valueAt(tests, [name])),
          },
          { name: `tests.${name}.pValue`, value: numberAt(tests, [name, 'pValue']), interval: null },
        ],
  );
}

function intervalAt(value: unknown): Interval | null {
  const [low, high] = [numberAt(value, ['low']), numberAt(value, ['high'])];
  return low === null || high === null ? null : { low, high };
}
