import type { Calendar } from '../calendar/calendar.js';
import { log } from '../math/log.js';
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

/**
 * Looks for jumps from one bar's close to the next bar's open, after adjustment for corporate actions, that are too
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
export function checkJumps(
  series: BarSeries,
  calendar: Calendar,
  { applied, explained }: Pick<SettledActions, 'applied' | 'explained'>,
  at: (bar: number) => string,
  found: FindingList,
): void {
  const { time, open, close } = adjustSeries(series, applied);
  for (let bar = 1; bar < time.length; bar += 1) {
    const move = log((open[bar] ?? NaN) / (close[bar - 1] ?? NaN));
    // The limits only grow with the sessions, which take a look-up each.
    if (Math.abs(move) < WARNING.overnight) continue;
    const [before, day] = [dayOfMinutes(time[bar - 1] ?? 0), dayOfMinutes(time[bar] ?? 0)];
    if (day > before && explained.has(day)) continue;
    const sessions = Math.max(1, sessionsApart(calendar, before, day));
    const added = TYPICAL_MOVE * (Math.sqrt(sessions) - 1);
    if (Math.abs(move) < WARNING.overnight + WARNING.perTypicalMove * added) continue;
    const percent = `${move > 0 ? '+' : '−'}${Math.abs(100 * ((open[bar] ?? NaN) / (close[bar - 1] ?? NaN) - 1)).toFixed(1)} %`;
    const gap = sessions > 1 ? ` (${sessions} sessions earlier)` : '';
    const mixed = applied.find(
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
    const isError = Math.abs(move) >= ERROR.overnight + ERROR.perTypicalMove * added;
    found.add(
      isError && !(move > 0 && sessions > LONG_GAP) ? 'error' : 'warning',
      'unexplained_jump',
      `${at(bar)} has a price jump of ${percent} from the previous close${gap}, and no known corporate action explains it`,
    );
  }
}
