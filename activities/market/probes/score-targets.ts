import type { LabelRule } from '../../../data/schemas/label-rule.js';
import { OUTCOME_HORIZONS } from '../../../data/predictions/outcome-horizons.js';
import { slotsAhead } from '../../../data/schemas/label-rule.js';
import type { BarSlots } from '../bar-slots.js';
import { barsAhead } from '../bar-slots.js';
import type { FeatureTable, SymbolTable } from '../feature-table.js';
import { UNRESOLVED } from '../feature-table.js';
import type { ProbeReport } from './compare-tables.js';
import { joinReports } from './compare-tables.js';
import type { ProbedCohort, RowChoosers } from './label-overlap.js';

/**
 * Probe (a) for the score, whose targets reach further than a label may. A window's score adapts only to targets that
 * end before the part that comes next starts. The rank head chooses what it learns from, for every fold as well as for
 * the cohort, by the time at which it counts a target as known: that time is never before the target's end.
 *
 * The end is counted in slots here, independently of the times by which targets are chosen.
 */
export function probeScoreTargets(
  table: FeatureTable,
  cohort: Pick<ProbedCohort, 'id' | 'symbols' | 'split'>,
  { rule, slots }: { readonly rule: Pick<LabelRule, 'entry'>; readonly slots: BarSlots },
  choosers: RowChoosers,
): ProbeReport {
  const { validationStart, end } = cohort.split;
  const taught = new Set(cohort.symbols);
  return joinReports(
    table.symbols.map((symbol, place) => {
      const ends = OUTCOME_HORIZONS.map((horizon) => endsOf(symbol, slots, slotsAhead({ ...rule, horizon })));
      const rows = choosers.priorRows(symbol, end);
      const known = choosers.rankTargets(table, place, rows, end);
      const width = OUTCOME_HORIZONS.length;
      const prior = countTargets(rows, (row, horizon, at) => {
        const said = known[at * width + horizon] ?? UNRESOLVED;
        return said === UNRESOLVED
          ? undefined
          : (ends[horizon]?.[row] ?? UNRESOLVED) > Math.min(said, end - 1);
      });
      const reports = [report(symbol, `the prior's rank head, cohort ${cohort.id}`, prior)];
      if (!taught.has(symbol.symbol)) return joinReports(reports);
      const window = choosers.windowRows(symbol, cohort.split);
      for (const [part, until] of [
        ['select', validationStart],
        ['validation', end],
        ['fit', end],
      ] as const) {
        const targets = countTargets(window[part], (row, horizon) =>
          Number.isNaN(choosers.windowTarget(symbol, row, horizon, until))
            ? undefined
            : (ends[horizon]?.[row] ?? UNRESOLVED) >= until,
        );
        reports.push(report(symbol, `the score's ${part} rows, cohort ${cohort.id}`, targets));
      }
      return joinReports(reports);
    }),
  );
}

/** Exchange minutes of the bar that lies a number of slots after each bar; UNRESOLVED where there is none. */
function endsOf({ time }: SymbolTable, slots: BarSlots, ahead: number): Int32Array {
  return barsAhead(slots.number(time), ahead).map((bar) =>
    bar < 0 ? UNRESOLVED : (time[bar] ?? UNRESOLVED),
  );
}

interface TargetCount {
  readonly tested: number;
  readonly leaking: number;
}

/** @param leaks Whether a target ends too late; undefined where it is not learnt from. */
function countTargets(
  rows: Int32Array,
  leaks: (row: number, horizon: number, at: number) => boolean | undefined,
): TargetCount {
  let [tested, leaking] = [0, 0];
  rows.forEach((row, at) => {
    for (const horizon of OUTCOME_HORIZONS.keys()) {
      const leak = leaks(row, horizon, at);
      if (leak === undefined) continue;
      tested += 1;
      if (leak) leaking += 1;
    }
  });
  return { tested, leaking };
}

function report({ symbol }: SymbolTable, place: string, { tested, leaking }: TargetCount): ProbeReport {
  const message = `${place}: ${leaking} targets of the score are learnt from before they are known`;
  return {
    rows: tested,
    findings: leaking === 0 ? [] : [{ probe: 'label_overlap', symbol, rows: leaking, message }],
  };
}
