import type { ArmFigures } from '../../data/schemas/metrics.js';
import type { BundleFacts } from './facts.js';
import { fixed, percent, range, thousands } from '../texts/markdown.js';

/** Who is compared, in the order of all tables and plots. */
const ARMS = ['teacher', 'student', 'placebo'] as const;
type ArmName = (typeof ARMS)[number];

interface Line {
  readonly name: string;
  readonly value: (figures: ArmFigures) => string;
}

const LINES: readonly Line[] = [
  { name: 'rows', value: (f) => thousands(f.rows) },
  { name: 'share of ones (base rate)', value: (f) => fixed(f.baseRate, 4) },
  { name: 'log-loss, nats', value: (f) => `${fixed(f.logLoss, 4)} ${range(f.confidence.logLoss, 4)}` },
  { name: 'log-loss of the base rate', value: (f) => fixed(f.baseline.logLoss, 4) },
  { name: 'log-loss of the pooled past rate', value: (f) => fixed(f.pooledRate.logLoss, 4) },
  { name: 'skill', value: (f) => `${fixed(f.skill, 4)} ${range(f.confidence.skill, 4)}` },
  {
    name: 'skill against the pooled past rate',
    value: (f) => `${fixed(f.pooledRate.skill, 4)} ${range(f.confidence.pooledSkill, 4)}`,
  },
  { name: 'Brier score', value: (f) => `${fixed(f.brier, 4)} ${range(f.confidence.brier, 4)}` },
  { name: 'AUC', value: (f) => `${fixed(f.auc, 4)} ${range(f.confidence.auc, 4)}` },
  { name: 'AUC of the base rate', value: (f) => fixed(f.baseline.auc, 4) },
  { name: 'daily IC', value: (f) => `${fixed(f.ic.mean, 4)} ${range(f.confidence.ic, 4)}` },
  { name: 'daily rank IC', value: (f) => `${fixed(f.rankIc.mean, 4)} ${range(f.confidence.rankIc, 4)}` },
  { name: 'rank ICIR (days)', value: (f) => `${fixed(f.rankIc.icir, 3)} (${f.rankIc.days})` },
  { name: 'calibration error (ECE)', value: (f) => fixed(f.calibration.ece, 4) },
  { name: 'precision / recall at 0.5', value: (f) => cut(f, 0) },
  { name: 'precision / recall, top tenth', value: (f) => cut(f, 1) },
  { name: 'return a year, after costs', value: (f) => percent(f.strategy.net.annualisedReturn) },
  { name: 'return a year, before costs', value: (f) => percent(f.strategy.gross.annualisedReturn) },
  { name: 'return a year, equal weight', value: (f) => percent(f.strategy.equalWeight.annualisedReturn) },
  { name: 'volatility a year', value: (f) => percent(f.strategy.net.volatility) },
  {
    name: 'Sharpe ratio, after costs',
    value: (f) => `${fixed(f.strategy.net.sharpe, 2)} ${range(f.confidence.netSharpe, 2)}`,
  },
  { name: 'Sortino ratio, after costs', value: (f) => fixed(f.strategy.net.sortino, 2) },
  { name: 'largest drawdown', value: (f) => percent(f.strategy.net.maxDrawdown) },
  {
    name: 'beyond equal weight a year',
    value: (f) => {
      const { low, high } = f.confidence.activePerYear;
      const interval = low === null ? '' : ` [${percent(low)}, ${percent(high)}]`;
      return `${percent(f.strategy.active.meanPerYear)}${interval}`;
    },
  },
  { name: 'turnover a year, one way', value: (f) => `${fixed(f.strategy.turnoverPerYear, 1)} times` },
  { name: 'costs a year', value: (f) => percent(f.strategy.costPerYear) },
];

/** Head and rows of the table of forward figures: teachers, students, placebo side by side. */
export function forwardTable({ metrics }: BundleFacts): { head: string[]; rows: string[][] } {
  const named: Readonly<Record<ArmName, string>> = {
    teacher: 'teachers',
    student: 'students',
    placebo: 'placebo',
  };
  return {
    head: ['forward figures', ...ARMS.map((arm) => named[arm])],
    rows: LINES.map(({ name, value }) => [name, ...ARMS.map((arm) => value(metrics.forward[arm]))]),
  };
}

function cut(figures: ArmFigures, index: number): string {
  const at = figures.cuts[index];
  if (at === undefined) return fixed(null, 3);
  return `${fixed(at.precision, 3)} / ${fixed(at.recall, 3)} (n ${thousands(at.taken)})`;
}
