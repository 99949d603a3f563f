import type { CorporateAction } from '../schemas/corporate-action.js';
import type { Finding } from '../schemas/ingest.js';
import type { RunConfig } from '../schemas/run-input.js';
import type { GapEvidence } from './action-evidence.js';
import { CLEAR, LARGE_ACTION } from './action-evidence.js';
import { isoDate } from '../time/dates.js';

/**
 * Which corporate actions are applied: all, since the bars are known to be as traded; none, since they are known to
 * be adjusted; or by what the bars show.
 */
export type ActionRule = 'all' | 'none' | 'by evidence';

/**
 * The rule of a run. CSV files can be of either kind; Yahoo's bars are adjusted for most actions, so that what a user
 * lists for them is applied where they show it. Breeze and synthetic bars are as traded.
 */
export function actionRule({ source, adjust }: Pick<RunConfig, 'source' | 'adjust'>): ActionRule {
  if (adjust === 'none') return 'none';
  return adjust === 'auto' && (source === 'csv' || source === 'yahoo') ? 'by evidence' : 'all';
}

/** Which actions a series is adjusted for, and what is to be said about it. */
export interface SettledActions {
  readonly applied: readonly CorporateAction[];
  readonly findings: readonly Finding[];
  /** Days whose overnight move is explained by a finding. */
  readonly explained: ReadonlySet<number>;
}

/**
 * Decides which actions a series is adjusted for. By evidence, a series is read as a whole: as traded if the odds
 * over all of its actions say so clearly and no single action clearly says otherwise, and then the small ones that
 * drown in the noise are applied too; adjusted likewise, and then none is. A series that shows one action and not
 * another, or one that shows nothing clearly, is an error: no label is computed on a guess.
 *
 * @param gaps Evidence of the actions inside the series.
 */
export function settleActions(
  symbol: string,
  gaps: readonly GapEvidence[],
  rule: ActionRule,
): SettledActions {
  const all = gaps.flatMap(({ actions }) => actions);
  const shown = gaps.filter(({ odds }) => odds >= CLEAR);
  const absent = gaps.filter(({ odds }) => odds <= -CLEAR);
  if (rule === 'none')
    return {
      applied: [],
      findings: shown.map((gap) => ({
        severity: isLarge(gap) ? 'error' : 'warning',
        code: 'action_not_applied',
        message: `${symbol}: the bars show ${namesOf([gap])} as traded, but --adjust none leaves it out`,
      })),
      explained: daysOf(shown),
    };
  if (rule === 'all' || (shown.length > 0 && absent.length > 0))
    return {
      applied: all,
      findings: absent.map((gap) => ({
        severity: 'error',
        code: 'action_does_not_fit',
        message: doesNotFit(symbol, gap, shown, rule),
      })),
      explained: daysOf(absent),
    };
  const odds = gaps.reduce((sum, gap) => sum + gap.odds, 0);
  if (gaps.length === 0 || odds >= CLEAR) return { applied: all, findings: [], explained: new Set() };
  if (odds <= -CLEAR)
    return {
      applied: [],
      findings: [
        {
          // A small action under a wrong date looks the same.
          severity: absent.some(isLarge) ? 'info' : 'warning',
          code: 'adjusted_already',
          message: `${symbol}: the bars are adjusted already for ${namesOf(gaps)}, so that is not applied`,
        },
      ],
      explained: new Set(),
    };
  return {
    applied: all,
    findings: [{ severity: 'error', code: 'unclear_adjustment', message: unclear(symbol, gaps) }],
    explained: new Set(),
  };
}

export function isLarge({ size }: GapEvidence): boolean {
  return Math.abs(size) >= LARGE_ACTION;
}

function doesNotFit(
  symbol: string,
  gap: GapEvidence,
  shown: readonly GapEvidence[],
  rule: ActionRule,
): string {
  const start = `${symbol} ${isoDate(gap.day)}: the bars do not show ${namesOf([gap])}`;
  if (rule === 'by evidence' || shown.length > 0)
    return (
      `${start}, but they show ${namesOf(shown)}: either the date or the factor is wrong, or some bars are adjusted and others are not. ` +
      'Compare them with gurukul actions check'
    );
  return `${start}. If the bars are adjusted already, use --adjust none, or --adjust auto to have each symbol decided`;
}

function unclear(symbol: string, gaps: readonly GapEvidence[]): string {
  const moves = gaps.map((gap) => {
    const percent = (100 * (gap.ratio - 1)).toFixed(1).replace('-', '−');
    return `${namesOf([gap])}, where the price moves by ${percent} %`;
  });
  return (
    `${symbol}: the bars do not tell whether they are adjusted for ${moves.join(', and ')}. ` +
    'Say so: --adjust splits if the bars are as traded, --adjust none if they are adjusted. ' +
    'gurukul actions check compares date and factor with the bars'
  );
}

/** `the bonus 1:10 of 2023-07-20 (factor 1.1)`, joined by `and`. */
function namesOf(gaps: readonly GapEvidence[]): string {
  return gaps
    .flatMap(({ actions }) => actions)
    .map(({ kind, exDate, priceFactor }) => `the ${kind} of ${exDate} (factor ${priceFactor})`)
    .join(' and ');
}

function daysOf(gaps: readonly GapEvidence[]): ReadonlySet<number> {
  return new Set(gaps.map(({ day }) => day));
}
