import type { ArmFigures, Metrics } from '../../data/schemas/metrics.js';
import { EVEN_PROBABILITY } from '../figures/precision-recall.js';
import type { BundleFacts } from './bundle-facts.js';
import { fixed, percent, range, shortPercent, thousands } from '../texts/format-numbers.js';

/** The models that are compared, in the order of all tables and plots. */
const ARMS = ['teacher', 'student', 'placebo'] as const;
type ArmName = (typeof ARMS)[number];

interface Line {
  readonly name: string;
  readonly value: (figures: ArmFigures) => string;
}

const linesOf = ({ topShare }: Metrics['method']): readonly Line[] => [
  { name: 'rows', value: (f) => thousands(f.rows) },
  { name: 'share of ones', value: (f) => fixed(f.baseRate, 4) },
  { name: 'log-loss, nats', value: (f) => `${fixed(f.logLoss, 4)} ${range(f.confidence.logLoss, 4)}` },
  { name: 'log-loss of the base rate', value: (f) => fixed(f.baseline.logLoss, 4) },
  { name: 'log-loss of the pooled base rate', value: (f) => fixed(f.pooledRate.logLoss, 4) },
  { name: 'skill', value: (f) => `${fixed(f.skill, 4)} ${range(f.confidence.skill, 4)}` },
  {
    name: 'skill against the pooled base rate',
    value: (f) => `${fixed(f.pooledRate.skill, 4)} ${range(f.confidence.pooledSkill, 4)}`,
  },
  { name: 'Brier score', value: (f) => `${fixed(f.brier, 4)} ${range(f.confidence.brier, 4)}` },
  { name: 'AUC', value: (f) => `${fixed(f.auc, 4)} ${range(f.confidence.auc, 4)}` },
  {
    name: 'AUC inside cohorts',
    value: (f) => `${fixed(f.cohortAuc, 4)} ${range(f.confidence.cohortAuc, 4)}`,
  },
  { name: 'AUC of the base rate', value: (f) => fixed(f.baseline.auc, 4) },
  { name: 'daily IC', value: (f) => `${fixed(f.ic.mean, 4)} ${range(f.confidence.ic, 4)}` },
  { name: 'daily rank IC', value: (f) => `${fixed(f.rankIc.mean, 4)} ${range(f.confidence.rankIc, 4)}` },
  { name: 'rank ICIR (days)', value: (f) => `${fixed(f.rankIc.icir, 3)} (${f.rankIc.days})` },
  { name: 'calibration error (ECE)', value: (f) => fixed(f.calibration.ece, 4) },
  { name: `precision / recall, probability at least ${EVEN_PROBABILITY}`, value: (f) => cut(f, 0) },
  { name: `precision / recall, top ${shortPercent(topShare)} of each date`, value: (f) => cut(f, 1) },
  { name: 'annual return, after costs', value: (f) => percent(f.strategy.net.annualisedReturn) },
  { name: 'annual return, before costs', value: (f) => percent(f.strategy.gross.annualisedReturn) },
  { name: 'annual return, equal weight', value: (f) => percent(f.strategy.equalWeight.annualisedReturn) },
  { name: 'annual volatility', value: (f) => percent(f.strategy.net.volatility) },
  {
    name: 'Sharpe ratio, after costs, not corrected for trials',
    value: (f) => `${fixed(f.strategy.net.sharpe, 2)} ${range(f.confidence.netSharpe, 2)}`,
  },
  { name: 'Sortino ratio, after costs', value: (f) => fixed(f.strategy.net.sortino, 2) },
  { name: 'maximum drawdown', value: (f) => percent(f.strategy.net.maxDrawdown) },
  {
    name: 'annual return above equal weight',
    value: (f) => {
      const { low, high } = f.confidence.activePerYear;
      const interval = low === null ? '' : ` [${percent(low)}, ${percent(high)}]`;
      return `${percent(f.strategy.active.meanPerYear)}${interval}`;
    },
  },
  { name: 'annual turnover, one way', value: (f) => `${fixed(f.strategy.turnoverPerYear, 1)} times` },
  { name: 'annual costs', value: (f) => percent(f.strategy.costPerYear) },
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
    rows: linesOf(metrics.method).map(({ name, value }) => [
      name,
      ...ARMS.map((arm) => value(metrics.forward[arm])),
    ]),
  };
}

function cut(figures: ArmFigures, index: number): string {
  const at = figures.cuts[index];
  if (at === undefined) return fixed(null, 3);
  return `${fixed(at.precision, 3)} / ${fixed(at.recall, 3)} (n ${thousands(at.taken)})`;
}
