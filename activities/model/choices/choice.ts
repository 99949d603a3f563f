/** The settings of one candidate of a grid; numbers that JSON cannot hold are texts, such as `off`. */
export type ChoiceConfig = Readonly<Record<string, number | string>>;

/** A candidate, and how it did. */
export interface ChoiceCandidate {
  readonly config: ChoiceConfig;
  readonly figure: number | null;
  /** With the rule `clearly better`: its mean advantage over the default in standard errors; null where unknown. */
  readonly advantage?: number | null | undefined;
}

/** `best`: the best figure. `clearly better`: the default, unless another is better by {@link CLEAR} standard errors. */
export type ChoiceRule = 'best' | 'clearly better';

/**
 * A setting that was chosen from a declared grid by a cohort's own past: part of the bundle. Every candidate counts
 * as a trial.
 */
export interface Choice {
  /** What was chosen, in words. */
  readonly what: string;
  /** Every candidate with its validation figure: higher is better; null where none was computed. */
  readonly grid: readonly ChoiceCandidate[];
  readonly rule: ChoiceRule;
  /** The declared default, an index into the grid. */
  readonly standard: number;
  /** Index into the grid. */
  readonly chosen: number;
  /** `default`: the past was too short, so the declared default was taken. */
  readonly reason: 'validated' | 'default';
  /** Rows that the figures are computed from. */
  readonly rows: number;
  /** Dates that they lie on. */
  readonly dates: number;
  /** ISO; null without dates. */
  readonly first: string | null;
  /** ISO; null without dates. */
  readonly last: string | null;
}

/** The rows that candidates were validated on. */
export type TestedRows = Pick<Choice, 'rows' | 'dates' | 'first' | 'last'>;

/** What candidates are compared by. */
export interface Validation extends TestedRows {
  /** One per candidate: higher is better, so a loss is negated; NaN where it could not be computed. */
  readonly figures: ArrayLike<number>;
}

/**
 * The candidate with the best figure; of equal ones the first, so a grid starts with its most cautious candidate. The
 * default where nothing could be validated.
 *
 * @param validation Undefined where the past is too short.
 */
export function choose(
  what: string,
  configs: readonly ChoiceConfig[],
  standard: number,
  validation?: Validation,
): Choice {
  let best: number | undefined;
  const grid = configs.map((config, at) => {
    const figure = validation?.figures[at] ?? NaN;
    if (Number.isNaN(figure)) return { config, figure: null };
    if (best === undefined || figure > (validation?.figures[best] ?? NaN)) best = at;
    return { config, figure };
  });
  const { rows, dates, first, last } = validation ?? { rows: 0, dates: 0, first: null, last: null };
  return {
    what,
    grid,
    rule: 'best',
    standard,
    chosen: best ?? standard,
    reason: best === undefined ? 'default' : 'validated',
    rows,
    dates,
    first,
    last,
  };
}

/** An advantage of fewer standard errors is luck where there are many candidates. */
export const CLEAR = 2;

/**
 * The default, unless another candidate is clearly better: of those whose advantage has a t of more than 2, the one with
 * the largest t. The best figure of many is mostly noise, so it alone is no reason to leave the default.
 *
 * @param validation With the t of each candidate's advantage over the default, such as from `pairedT`. Undefined where
 * the past is too short.
 */
export function keepUnlessBeaten(
  what: string,
  configs: readonly ChoiceConfig[],
  standard: number,
  validation?: Validation & { readonly advantages: ArrayLike<number> },
): Choice {
  const choice = choose(what, configs, standard, validation);
  const grid = choice.grid.map((candidate, at) => {
    const advantage = validation?.advantages[at] ?? NaN;
    return { ...candidate, advantage: Number.isFinite(advantage) ? advantage : null };
  });
  return { ...choice, grid, rule: 'clearly better', chosen: clearlyBetter(grid, standard) };
}

/** The candidate that is clearly better than the default by most; the default where none is. */
export function clearlyBetter(grid: readonly ChoiceCandidate[], standard: number): number {
  let chosen = standard;
  let most = CLEAR;
  grid.forEach(({ advantage }, at) => {
    if ((advantage ?? -Infinity) > most) [chosen, most] = [at, advantage ?? NaN];
  });
  return chosen;
}
