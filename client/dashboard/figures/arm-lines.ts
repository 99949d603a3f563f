import type { BacktestArm } from '../../../data/schemas/backtest.js';
import type { BacktestAnswer, BacktestFigures } from '../contract/backtest.js';
import type { Named } from './compare-runs.js';
import { drawdownsOf } from './drawdowns.js';
import { rollingSharpe } from './rolling.js';
import { meanPerYear } from './waterfall.js';
import { countText, decimals, percentText, withInterval } from './texts.js';

/** Names of the arms, as a reader says them. */
export const ARM_NAMES = {
  student: 'students',
  teacher: 'teachers',
  placebo: 'placebo',
  factorSum: 'simple factors',
} as const;
export type ArmName = keyof typeof ARM_NAMES;

/** One arm beside the others: its figures as texts, null where it has none. */
export interface ArmLine {
  readonly arm: string;
  readonly rows: string;
  readonly baseRate: string;
  readonly skill: string;
  readonly auc: string;
  readonly rankIc: string;
  readonly neutralIc: string;
  readonly gross: string;
  readonly net: string;
  readonly active: string;
  readonly sharpe: string;
  readonly drawdown: string;
}

/** The figures of all arms of a run, those with an interval with it. */
export function armLines({ backtest, metrics }: BacktestFigures): ArmLine[] {
  return backtest.arms.map((arm) => {
    const own = arm.name === 'factorSum' ? undefined : metrics.forward[arm.name];
    const ranked = metrics.ranking.rows.find(({ name }) => name === arm.name);
    const ics = ranked?.horizons.find(({ horizon }) => horizon === backtest.icHorizon);
    return {
      arm: ARM_NAMES[arm.name],
      rows: countText(arm.rows),
      baseRate: percentText(own?.baseRate),
      skill: withInterval(own?.pooledRate.skill, own?.confidence.pooledSkill, (value) => decimals(value, 4)),
      auc: withInterval(own?.cohortAuc, own?.confidence.cohortAuc, (value) => decimals(value, 3)),
      rankIc: withInterval(ics?.raw.mean, ics?.raw, (value) => decimals(value, 3)),
      neutralIc: withInterval(ics?.neutral.mean, ics?.neutral, (value) => decimals(value, 3)),
      gross: percentText(meanPerYear(arm.gross.returns, arm.bars, arm.periodsPerYear)),
      net: percentText(meanPerYear(arm.net.returns, arm.bars, arm.periodsPerYear)),
      active: withInterval(
        own?.strategy.active.meanPerYear ??
          difference(
            meanPerYear(arm.net.returns, arm.bars, arm.periodsPerYear),
            meanPerYear(arm.equalWeight, arm.bars, arm.periodsPerYear),
          ),
        own?.confidence.activePerYear,
        percentText,
      ),
      sharpe: withInterval(own?.strategy.net.sharpe ?? sharpeOf(arm), own?.confidence.netSharpe, (value) =>
        decimals(value, 2),
      ),
      drawdown: percentText(own?.strategy.net.maxDrawdown ?? drawdownsOf(arm.net.equity)[0]?.depth),
    };
  });
}

/** Over all holdings. */
function sharpeOf({ net, bars, periodsPerYear, holdings }: BacktestArm): number | null {
  return (
    rollingSharpe(net.returns, bars, periodsPerYear, holdings).findLast((value) => value !== null) ?? null
  );
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

/** Settings and figures of a run by name: what two runs are compared in. */
export function namedFigures({ config, bars, figures }: BacktestAnswer): Named {
  const settings: Named = [
    ...Object.entries(config).map(([name, value]) => [`setting: ${name}`, String(value)] as const),
    ['bars: digest', bars.digest.slice(0, 12)],
    ['bars: series', String(bars.series)],
  ];
  if (figures === null) return settings;
  const { backtest, briefing, stress } = figures;
  return [
    ...settings,
    ['recommendation', briefing.recommendation],
    ...briefing.gates.map(({ question, verdict }) => [`gate: ${question}`, verdict] as const),
    ['first session', backtest.sessions[0] ?? 'none'],
    ['last session', backtest.sessions.at(-1) ?? 'none'],
    ...armLines(figures).flatMap(({ arm, ...line }) =>
      Object.entries(line).map(([name, text]) => [`${arm}: ${FIGURE_NAMES[name] ?? name}`, text] as const),
    ),
    ...stress.shocks.map(({ id, verdict }) => [`stress: ${id}`, verdict] as const),
  ];
}

/** What the figures of an arm are called. */
export const FIGURE_NAMES: Readonly<Record<string, string>> = {
  rows: 'rows (n)',
  baseRate: 'base rate',
  skill: 'pooled skill',
  auc: 'AUC inside cohorts',
  rankIc: 'rank IC',
  neutralIc: 'neutral rank IC',
  gross: 'gross a year',
  net: 'net a year',
  active: 'net above equal weight',
  sharpe: 'Sharpe, net',
  drawdown: 'maximum drawdown',
};
