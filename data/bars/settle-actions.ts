import type { CorporateAction } from '../schemas/corporate-action.js';
import type { Finding } from '../schemas/ingest.js';
import type { RunConfig } from '../schemas/run-input.js';
import type { GapEvidence } from './action-evidence.js';
import { CLEAR, LARGE_ACTION, LIKELY } from './action-evidence.js';
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
 * over all of its actions say so clearly, and then the small ones that drown in the noise are applied too; adjusted
 * likewise, and then none is. A series that shows one action and not another, one whose price falls on another day
 * than the list says, or one that shows nothing clearly, is an error: no label is computed on a guess.
 *
 * @param gaps Evidence of the actions inside the series.
 */
export function settleActions(
  symbol: string,
  gaps: readonly GapEvidence[],
  rule: ActionRule,
): SettledActions {
  if (rule === 'none') return settleNone(symbol, gaps);
  if (rule === 'all') return settleAll(symbol, gaps);
  const all = gaps.flatMap(({ actions }) => actions);
  const odds = gaps.reduce((sum, gap) => sum + gap.odds, 0);
  const shown = gaps.filter((gap) => gap.odds >= LIKELY);
  const absent = gaps.filter((gap) => gap.odds <= -LIKELY);
  const moved = gaps.filter(({ elsewhere }) => elsewhere !== null);
  if (moved.length > 0 || (shown.length > 0 && absent.length > 0)) {
    const doubted = [...new Set([...moved, ...absent])];
    return {
      applied: all,
      findings: doubted.map((gap) => ({
        severity: 'error',
        code: 'action_does_not_fit',
        message: `${notShown(symbol, gap, shown)}. Compare them with gurukul actions check`,
      })),
      explained: daysOf(doubted),
    };
  }
  if (gaps.length === 0 || odds >= CLEAR) return { applied: all, findings: [], explained: new Set() };
  if (odds <= -CLEAR)
    return {
      applied: [],
      findings: [
        {
          // A small action under a wrong date, or with a wrong factor, may look the same.
          severity: gaps.some((gap) => gap.odds <= -CLEAR && isLarge(gap)) ? 'info' : 'warning',
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

/** The bars are adjusted, says the user. */
function settleNone(symbol: string, gaps: readonly GapEvidence[]): SettledActions {
  const shown = gaps.filter(({ odds }) => odds >= LIKELY);
  return {
    applied: [],
    findings: shown.map((gap) => ({
      severity: gap.odds >= CLEAR && isLarge(gap) ? 'error' : 'warning',
      code: 'action_not_applied',
      message: `${symbol}: the bars show ${namesOf([gap])} as traded, but --adjust none leaves it out`,
    })),
    explained: daysOf(shown),
  };
}

/** The bars are as traded: the user or the source says so. */
function settleAll(symbol: string, gaps: readonly GapEvidence[]): SettledActions {
  const absent = gaps.filter(({ odds, elsewhere }) => odds <= -LIKELY || elsewhere !== null);
  return {
    applied: gaps.flatMap(({ actions }) => actions),
    findings: absent.map((gap) => ({
      severity: gap.odds <= -CLEAR ? 'error' : 'warning',
      code: 'action_does_not_fit',
      message:
        `${notShown(symbol, gap, [])}. If the bars are adjusted already, use --adjust none, ` +
        'or --adjust auto to have each symbol decided',
    })),
    explained: daysOf(absent),
  };
}

export function isLarge({ size }: GapEvidence): boolean {
  return Math.abs(size) >= LARGE_ACTION;
}

/** What is wrong with an action, beside those that the bars show. */
function notShown(symbol: string, gap: GapEvidence, shown: readonly GapEvidence[]): string {
  const start = `${symbol} ${isoDate(gap.day)}: the bars do not show ${namesOf([gap])}`;
  if (gap.elsewhere !== null)
    return `${start}, but a move of that size on ${isoDate(gap.elsewhere)}: the date in the list may be wrong`;
  if (shown.length === 0) return start;
  return `${start}, but they show ${namesOf(shown)}: either the date or the factor is wrong, or some bars are adjusted and others are not`;
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
