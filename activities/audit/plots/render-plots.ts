import type { BundleFacts } from '../bundle-facts.js';
import type { PlotName } from '../bundle-layout.js';
import { renderChart } from '../../charts/chart.js';
import { icDecayChart } from '../../charts/ic-decay.js';
import { placeboChart } from '../../charts/placebo.js';
import { reliabilityChart } from '../../charts/reliability.js';
import { equityChart, rankIcChart, rocChart } from './curves.js';
import { histogramChart } from './histogram.js';

/** The plots of a bundle as SVG documents, by file name. */
export function renderPlots({ metrics, arms }: BundleFacts): Map<PlotName, string> {
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
