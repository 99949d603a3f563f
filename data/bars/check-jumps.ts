import type { Calendar } from '../calendar.js';
import { adjustSeries } from '../corporate-actions.js';
import { log } from '../math/log.js';
import type { CorporateAction } from '../schemas/corporate-action.js';
import { dayOfMinutes, startOfDate } from '../time/dates.js';
import type { FindingList } from './findings.js';
import type { BarSeries } from './series.js';
import { lowerBound } from './series.js';

/** Typical move in one session, as natural logarithm; over n sessions it is √n times as large. */
const TYPICAL_MOVE = 0.025;
/** Moves between two bars from which there is a warning: overnight, and per typical move that sessions add. */
const WARNING = { overnight: 0.2, perTypicalMove: 1.5 };
/** Moves between two bars that are an error: the larger of the two bounds. */
const ERROR = { overnight: 0.5, perTypicalMove: 3 };
/** A jump this close to the size of a corporate action is taken for that action. */
const ACTION_TOLERANCE = 0.06;
/** An action that the bars do not show is an error from this size on, as logarithm of its factor. */
const LARGE_ACTION = log(1.2);

/**
 * Looks for jumps from one bar's close to the next bar's open, after adjustment for corporate actions, that are too
 * large to be trading. Overnight, −18 % or +22 % is a warning and −39 % or +65 % is an error (a split that is
 * missing from the list of actions shows as −50 % or more, a bonus as −20 % or more). Across missing sessions both
 * bounds grow with the square root of their number. The largest real overnight move of 46 large companies in
 * 2020–2024 is −16 %, and −35 % over 68 missing sessions.
 *
 * A jump up by the size of a later action means that adjusted and raw bars are mixed: the bars before the jump are
 * adjusted for that action and those after it are not. No list of actions fixes that.
 *
 * An action is only accepted if the bars show it. If the price is closer to no move than to the action's move, the
 * bars are adjusted already or the date is wrong.
 */
export function checkJumps(
  series: BarSeries,
  { calendar, actions }: { readonly calendar: Calendar; readonly actions: readonly CorporateAction[] },
  at: (bar: number) => string,
  found: FindingList,
): void {
  const misfits = new Set(actions.map((action) => checkAction(series, actions, action, at, found)));
  const { time, open, close } = adjustSeries(series, actions);
  for (let bar = 1; bar < time.length; bar += 1) {
    if (misfits.has(bar)) continue;
    const ratio = (open[bar] ?? NaN) / (close[bar - 1] ?? NaN);
    const move = log(ratio);
    const sessions = calendar.sessionsBetween(
      dayOfMinutes(time[bar - 1] ?? 0) + 1,
      dayOfMinutes(time[bar] ?? 0) + 1,
    ).length;
    const typical = TYPICAL_MOVE * Math.sqrt(sessions);
    const warningFrom = WARNING.overnight + WARNING.perTypicalMove * Math.max(0, typical - TYPICAL_MOVE);
    if (Math.abs(move) < warningFrom) continue;
    const percent = `${move > 0 ? '+' : '−'}${Math.abs(100 * (ratio - 1)).toFixed(1)} %`;
    const gap = sessions > 1 ? ` (${sessions} sessions earlier)` : '';
    const mixed = actions.find(
      ({ exDate, priceFactor }) =>
        startOfDate(exDate) > (time[bar] ?? 0) && Math.abs(move - log(priceFactor)) < ACTION_TOLERANCE,
    );
    if (mixed !== undefined) {
      found.add(
        'error',
        'adjustment_mix',
        `${at(bar)} has a price jump of ${percent} from the previous close${gap}. That is the size of the ${mixed.kind} of ` +
          `${mixed.exDate}, so the bars before it are adjusted and those after it are not. Take all bars from one source`,
      );
      continue;
    }
    found.add(
      Math.abs(move) >= Math.max(ERROR.overnight, ERROR.perTypicalMove * typical) ? 'error' : 'warning',
      'unexplained_jump',
      `${at(bar)} has a price jump of ${percent} from the previous close${gap}, and no known corporate action explains it`,
    );
  }
}

/** Checks that the bars show an action; returns the action's bar if they do not. */
function checkAction(
  series: BarSeries,
  actions: readonly CorporateAction[],
  action: CorporateAction,
  at: (bar: number) => string,
  found: FindingList,
): number | undefined {
  const bar = lowerBound(series.time, startOfDate(action.exDate));
  if (bar === 0 || bar >= series.time.length) return undefined;
  // Several actions may be between the same two bars; they show as one move.
  const expected = actions
    .filter(({ exDate }) => lowerBound(series.time, startOfDate(exDate)) === bar)
    .reduce((sum, { priceFactor }) => sum - log(priceFactor), 0);
  const move = log((series.open[bar] ?? NaN) / (series.close[bar - 1] ?? NaN));
  if (Math.abs(move - expected) <= Math.abs(move)) return undefined;
  found.add(
    Math.abs(expected) >= LARGE_ACTION ? 'error' : 'warning',
    'action_does_not_fit',
    `${at(bar)} does not show the corporate action ${action.kind} of ${action.exDate} (factor ${action.priceFactor}). ` +
      'Are the bars adjusted already? Then use --adjust none. If only some are, put a corporate_actions.csv with the ' +
      'actions that are still to be applied beside the bar files',
  );
  return bar;
}
