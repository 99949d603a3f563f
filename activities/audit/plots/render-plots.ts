import { prepareArm, rankedRows } from '../../figures/arm-cohort.js';
import { indexMarket } from '../../figures/market-rows.js';
import type { BundleFacts } from '../bundle-facts.js';
import type { PlotName } from '../bundle-layout.js';
import { renderChart } from '../../charts/chart.js';
import { icDecayChart } from '../../charts/ic-decay.js';
import { placeboChart } from '../../charts/placebo.js';
import { reliabilityChart } from '../../charts/reliability.js';
import { equityChart, rankIcChart, rocChart } from './curves.js';
import { histogramChart } from './histogram.js';

/** The plots of a bundle as SVG documents, by file name. */
export function renderPlots({ metrics, predictions }: BundleFacts): Map<PlotName, string> {
  const { horizon } = metrics.options;
  const market = predictions.market && indexMarket(predictions.market);
  const arms = {
    teacher: rankedRows(predictions.teacher, 'forward'),
    placebo: rankedRows(predictions.placebo, 'forward'),
    student: prepareArm(predictions.student, 'forward', horizon, market),
  };
  return new Map<PlotName, string>([
    ['placebo.svg', renderChart(placeboChart(metrics))],
    ['reliability.svg', renderChart(reliabilityChart(metrics))],
    ['rank_ic.svg', renderChart(rankIcChart(arms))],
    ['ic_decay.svg', renderChart(icDecayChart(metrics))],
    ['equity.svg', renderChart(equityChart(arms))],
    ['roc.svg', renderChart(rocChart(arms))],
    ['probabilities.svg', renderChart(histogramChart(arms, metrics))],
  ]);
}
