import type { BarSeries } from '../bars/series.js';
import type { Finding } from '../schemas/ingest.js';
import { dayOfMinutes, isoDate } from '../time/dates.js';
import { addCommand } from './add-command.js';
import type { LoadedActions } from './load-actions.js';
import { ACTIONS_FILE } from './load-actions.js';

/**
 * What there is to say of the list of corporate actions for one series: actions without a factor, and an empty list
 * in the folder of bar files.
 */
export function listedFindings({ symbol, time }: BarSeries, listed: LoadedActions): Finding[] {
  const [first, last] = [dayOf(time[0]), dayOf(time.at(-1))];
  const within = ({ exDate }: { readonly exDate: string }): boolean => exDate > first && exDate <= last;
  const newest = listed.newestOf(symbol);
  const findings: Finding[] = listed.withoutFactor
    .filter((action) => within(action) && listed.newestOf(action.symbol) === newest)
    .map((action) => ({
      severity: 'info',
      code: 'action_without_factor',
      message: `${action.place}: ${action.symbol} ${action.exDate} "${action.purpose}" needs a factor, and is not applied: ${addCommand({ ...action, kind: action.purpose })}`,
    }));
  const count = listed.of(symbol).filter(within).length;
  if (listed.emptyInBars && count > 0)
    findings.push({
      severity: 'info',
      code: 'empty_actions_file',
      message: `${symbol}: ${ACTIONS_FILE} has no rows, so the ${count} action(s) of the other lists hold. If the bars are adjusted: --adjust none`,
    });
  return findings;
}

function dayOf(time: number | undefined): string {
  return isoDate(dayOfMinutes(time ?? 0));
}
