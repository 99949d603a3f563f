import type { Calendar } from '../calendar.js';
import { adjustSeries } from '../corporate-actions.js';
import type { CorporateAction } from '../schemas/corporate-action.js';
import { dayOfMinutes, startOfDate } from '../time/dates.js';
import type { FindingList } from './findings.js';
import type { BarSeries } from './series.js';
import { lowerBound } from './series.js';

/** A usual day's move, natural logarithm; over n sessions a price wanders √n times as far. */
const DAILY_MOVE = 0.025;
/** Moves between two bars that are told: over one night, and what each further usual move adds. */
const TOLD = { night: 0.2, usualMoves: 1.5 };
/** Moves that refuse a series: the larger of the two figures. */
const REFUSED = { least: 0.5, usualMoves: 3 };
/** How far a jump may lie from an action's size and be taken for it. */
const SAME_SIZE = 0.06;
/** Smallest action, as logarithm of its factor, whose misfit refuses a series. */
const CLEAR_ACTION = Math.log(1.2);

/**
 * Looks for moves from one bar's close to the next one's open, corporate actions taken out, that are no
 * trading: over one night −18 % or +22 % is told and −39 % or +65 % refuses the series (a split without
 * its action starts at −50 %, a bonus at −20 %); across missing sessions both bounds widen with their
 * square root. The largest true overnight move of 46 large companies in 2020–2024 is −16 %, and −35 % over
 * 68 missing sessions.
 *
 * A jump up by the size of an action that is still to come is told as a mix: the bars before it are adjusted
 * for that action, those after it are not, and no list of actions mends both.
 *
 * An action is believed only where the bars show it: a price that lies nearer to no move than to the
 * action's means that the bars are adjusted already, or that the date is wrong.
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
    const move = Math.log((open[bar] ?? NaN) / (close[bar - 1] ?? NaN));
    const sessions = calendar.sessionsBetween(
      dayOfMinutes(time[bar - 1] ?? 0) + 1,
      dayOfMinutes(time[bar] ?? 0) + 1,
    ).length;
    const wandering = DAILY_MOVE * Math.sqrt(sessions);
    const told = TOLD.night + TOLD.usualMoves * Math.max(0, wandering - DAILY_MOVE);
    if (Math.abs(move) < told) continue;
    const percent = `${move > 0 ? '+' : '−'}${Math.abs(100 * Math.expm1(move)).toFixed(1)} %`;
    const gap = sessions > 1 ? ` over ${sessions} sessions` : '';
    const mixed = actions.find(
      ({ exDate, priceFactor }) =>
        startOfDate(exDate) > (time[bar] ?? 0) && Math.abs(move - Math.log(priceFactor)) < SAME_SIZE,
    );
    if (mixed !== undefined) {
      found.add(
        'error',
        'adjustment_mix',
        `${at(bar)} opens ${percent} from the bar before${gap}, the size of the ${mixed.kind} of ${mixed.exDate}: ` +
          'the bars before are adjusted for it and those after are not; take all of them from one source',
      );
      continue;
    }
    found.add(
      Math.abs(move) >= Math.max(REFUSED.least, REFUSED.usualMoves * wandering) ? 'error' : 'warning',
      'unexplained_jump',
      `${at(bar)} opens ${percent} from the bar before${gap}, and no corporate action explains it`,
    );
  }
}

/** The bar of an action that does not fit the bars. */
function checkAction(
  series: BarSeries,
  actions: readonly CorporateAction[],
  action: CorporateAction,
  at: (bar: number) => string,
  found: FindingList,
): number | undefined {
  const bar = lowerBound(series.time, startOfDate(action.exDate));
  if (bar === 0 || bar >= series.time.length) return undefined;
  // Several actions may fall between the same two bars; they show as one move.
  const expected = actions
    .filter(({ exDate }) => lowerBound(series.time, startOfDate(exDate)) === bar)
    .reduce((sum, { priceFactor }) => sum - Math.log(priceFactor), 0);
  const move = Math.log((series.open[bar] ?? NaN) / (series.close[bar - 1] ?? NaN));
  if (Math.abs(move - expected) <= Math.abs(move)) return undefined;
  found.add(
    Math.abs(expected) >= CLEAR_ACTION ? 'error' : 'warning',
    'action_does_not_fit',
    `${at(bar)} does not show the corporate action ${action.kind} of ${action.exDate} (factor ${action.priceFactor}): ` +
      'are the bars adjusted already? Then put a corporate_actions.csv that holds only its header, or the ' +
      'actions still to be applied, beside the bar files',
  );
  return bar;
}
