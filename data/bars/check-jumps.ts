import type { Calendar } from '../calendar/calendar.js';
import { log } from '../math/log.js';
import { signedPercent } from '../text/signed-percent.js';
import type { CorporateAction } from '../schemas/corporate-action.js';
import { dayOfMinutes, startOfDate } from '../time/dates.js';
import { adjustSeries } from './adjust-series.js';
import type { FindingList } from './findings.js';
import type { BarSeries } from './series.js';
import { sessionsApart } from './sessions-apart.js';
import type { SettledActions } from './settle-actions.js';

/** Typical move in one session, as natural logarithm; over n sessions it is √n times as large. */
const TYPICAL_MOVE = 0.025;
/** Moves between two bars from which there is a warning, and an error: overnight, and per typical move that sessions add. */
const WARNING = { overnight: 0.2, perTypicalMove: 1.5 };
const ERROR = { overnight: 0.5, perTypicalMove: 3 };
/** Sessions without a bar from which on a rise is never an error: no split lifts a price. */
const LONG_GAP = 20;
/** A jump this close to the size of a corporate action is taken for that action. */
const ACTION_TOLERANCE = 0.06;

/** A move between two bars that is too large to be trading. */
export interface Jump {
  /** Index of the bar after it. */
  readonly bar: number;
  /** The move from the close before to the open, as a fraction. */
  readonly move: number;
  /** Sessions from one bar to the other. */
  readonly sessions: number;
  /** Whether it is so large that the series cannot be used. */
  readonly isError: boolean;
  /** The later action whose size it has, if bars are adjusted for it before the jump and not after. */
  readonly mixed: CorporateAction | undefined;
}

/**
 * Finds the jumps from one bar's close to the next bar's open, after adjustment for corporate actions, that are too
 * large to be trading. Overnight, −18 % or +22 % is a warning and −39 % or +65 % is an error (a split that is
 * missing from the list of actions shows as −50 % or more, a bonus as −20 % or more). A gap is no jump: across
 * sessions without a bar both limits grow with the square root of their number, to +61 % and +190 % over 76 sessions
 * (CGPOWER came back 121 % higher after as many in another segment), and after more than 20 sessions a rise is a
 * warning at most. The largest real overnight move of 46 large companies in 2020–2024 is −16 %, and −35 % over 68
 * missing sessions.
 *
 * A jump up by the size of a later action means that adjusted and raw bars are mixed: the bars before the jump are
 * adjusted for that action and those after it are not. No list of actions fixes that.
 *
 * @param settled The actions that are applied; a move that another finding explains is none here.
 */
export function findJumps(
  series: BarSeries,
  calendar: Calendar,
  { applied, explained }: Pick<SettledActions, 'applied' | 'explained'>,
): Jump[] {
  const { time, open, close } = adjustSeries(series, applied);
  const jumps: Jump[] = [];
  for (let bar = 1; bar < time.length; bar += 1) {
    const ratio = (open[bar] ?? NaN) / (close[bar - 1] ?? NaN);
    const size = log(ratio);
    // The limits only grow with the sessions, which take a look-up each.
    if (Math.abs(size) < WARNING.overnight) continue;
    const [before, day] = [dayOfMinutes(time[bar - 1] ?? 0), dayOfMinutes(time[bar] ?? 0)];
    if (day > before && explained.has(day)) continue;
    const sessions = Math.max(1, sessionsApart(calendar, before, day));
    const added = TYPICAL_MOVE * (Math.sqrt(sessions) - 1);
    if (Math.abs(size) < WARNING.overnight + WARNING.perTypicalMove * added) continue;
    const isLarge = Math.abs(size) >= ERROR.overnight + ERROR.perTypicalMove * added;
    jumps.push({
      bar,
      move: ratio - 1,
      sessions,
      isError: isLarge && !(size > 0 && sessions > LONG_GAP),
      mixed: applied.find(
        ({ exDate, priceFactor }) =>
          startOfDate(exDate) > (time[bar] ?? 0) && Math.abs(size - log(priceFactor)) < ACTION_TOLERANCE,
      ),
    });
  }
  return jumps;
}

/** Reports the jumps of a series, see {@link findJumps}. */
export function checkJumps(
  series: BarSeries,
  calendar: Calendar,
  settled: Pick<SettledActions, 'applied' | 'explained'>,
  at: (bar: number) => string,
  found: FindingList,
): void {
  for (const { bar, move, sessions, isError, mixed } of findJumps(series, calendar, settled)) {
    const gap = sessions > 1 ? ` (${sessions} sessions earlier)` : '';
    const jump = `${at(bar)} has a price jump of ${signedPercent(move)} from the previous close${gap}`;
    if (mixed === undefined)
      found.add(
        isError ? 'error' : 'warning',
        'unexplained_jump',
        `${jump}, and no known corporate action explains it`,
      );
    else
      found.add(
        'error',
        'adjustment_mix',
        `${jump}. That is the size of the ${mixed.kind} of ${mixed.exDate}, so the bars before it are adjusted ` +
          'and those after it are not. Take all bars from one source',
      );
  }
}
