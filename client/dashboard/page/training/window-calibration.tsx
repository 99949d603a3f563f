import type { ComponentChildren } from 'preact';

import type { WindowAnswer } from '../../contract/training.js';
import { isKnown } from '../../figures/log-loss-so-far.js';
import { decimals, percentText } from '../../figures/texts.js';
import { windowCalibrationChart } from '../../figures/window-charts.js';
import type { WindowBin } from '../../figures/window-calibration.js';
import { windowBins } from '../../figures/window-calibration.js';
import { SvgChart } from '../charts/svg-chart.js';

/** How a window's probabilities fit its own known forward rows. */
export function WindowCalibration({ answer }: { readonly answer: WindowAnswer }): ComponentChildren {
  const known = answer.forward.filter(isKnown);
  const bins = windowBins(known);
  if (bins.length === 0) return null;
  const outside = bins.filter(
    ({ meanProbability, interval: [low, high] }) => meanProbability < low || meanProbability > high,
  ).length;
  return (
    <SvgChart
      name="Calibration of the window"
      summary={`Only ${known.length} known forward rows in ${bins.length === 1 ? 'one bin' : `${bins.length} bins`}: ${outside === 0 ? 'every mean probability is' : `${bins.length - outside} of ${bins.length} mean probabilities are`} within the 95 % interval of what came, taken as if rows were independent. Too few for a calibration error: the backtest has that of all windows.`}
      chart={windowCalibrationChart(bins)}
      stops={bins.map((bin) => ({
        x: bin.meanProbability,
        says: `said ${percentText(bin.meanProbability)}, came ${percentText(bin.share)} ${intervalText(bin)} in ${bin.rows} rows`,
      }))}
      table={() => ({
        columns: ['probabilities', 'rows', 'mean probability', 'share of ones', '95 % interval'],
        rows: bins.map((bin) => [
          `${decimals(bin.low)} to ${decimals(bin.high)}`,
          String(bin.rows),
          decimals(bin.meanProbability),
          decimals(bin.share),
          intervalText(bin),
        ]),
      })}
    />
  );
}

function intervalText({ interval: [low, high] }: WindowBin): string {
  return `[${decimals(low, 3)}, ${decimals(high, 3)}]`;
}
