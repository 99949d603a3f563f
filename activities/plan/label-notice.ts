import { lowerBound, sliceBars } from '../../data/bars/series.js';
import type { BarSeries } from '../../data/bars/series.js';
import { describeLabel } from '../../data/schemas/label-rule.js';
import type { RunConfig } from '../../data/schemas/run-input.js';
import { startOfDate } from '../../data/time/dates.js';
import type { BarSlots } from '../market/bar-slots.js';
import { labelBars } from '../market/labels/labels.js';

/** With a smaller share of either class, teachers have little to learn from. */
const RARE_SHARE = 0.01;
/** Share of ones that the proposed threshold gives: about that of 2 % in five daily bars. */
const USUAL_SHARE = 0.3;
/** Maximum number of series sampled: a few are enough to see such a share. */
const MAX_SERIES = 12;

/** Samples the series for {@link labelNotice} from a list, at equal steps. */
export function labelSample<Item>(items: readonly Item[]): Item[] {
  const step = Math.max(1, items.length / MAX_SERIES);
  return Array.from(
    { length: Math.min(items.length, MAX_SERIES) },
    (_, index) => items[Math.floor(index * step)],
  ).filter((item) => item !== undefined);
}

/**
 * Notice for labels that are nearly always 0 or nearly always 1: usually a threshold for daily bars that is used
 * for 5-minute bars.
 *
 * @param sample Adjusted series from {@link labelSample}.
 * @returns Undefined when the labels are balanced enough.
 */
export function labelNotice(
  sample: readonly BarSeries[],
  slots: BarSlots,
  config: Pick<
    RunConfig,
    'from' | 'to' | 'interval' | 'label' | 'horizon' | 'threshold' | 'lowerBarrier' | 'entry'
  >,
): string | undefined {
  const returns: number[] = [];
  let ones = 0;
  for (const series of sample) {
    const { time } = series;
    const bars = sliceBars(
      series,
      lowerBound(time, startOfDate(config.from)),
      lowerBound(time, startOfDate(config.to)),
    );
    const { label, forwardReturn } = labelBars(bars, config, slots);
    forwardReturn.forEach((change, bar) => {
      if (Number.isNaN(change)) return;
      returns.push(change);
      ones += label[bar] ?? 0;
    });
  }
  const share = ones / returns.length;
  if (returns.length === 0 || (share >= RARE_SHARE && share <= 1 - RARE_SHARE)) return undefined;
  const usual = returns.sort((a, b) => a - b)[Math.floor((1 - USUAL_SHARE) * returns.length)] ?? 0;
  const proposal =
    config.label === 'horizon' && usual > 0
      ? `; --threshold ${Number(usual.toPrecision(1))} gives about ${100 * USUAL_SHARE} % ones`
      : '';
  const percent = Number((100 * share).toPrecision(2));
  return `labels: ${percent} % of the ${config.interval} bars are labelled 1 (${describeLabel(config)}), so teachers have little to learn from; choose a --threshold that fits interval and horizon${proposal}`;
}
