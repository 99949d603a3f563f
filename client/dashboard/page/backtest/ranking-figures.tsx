import type { ComponentChildren } from 'preact';

import { icDecayChart } from '../../../../activities/charts/ic-decay.js';
import { reliabilityChart } from '../../../../activities/charts/reliability.js';
import { ARM_NAMES } from '../../figures/arm-lines.js';
import { quantilesChart } from '../../figures/charts.js';
import { cumulative } from '../../figures/rolling.js';
import { countText, decimals, percentText, withInterval } from '../../figures/texts.js';
import { SvgChart } from '../charts/svg-chart.js';
import { TimeChart } from '../charts/time-chart.js';
import type { Shown } from './shown.js';
import { colourOf, lastOf } from './shown.js';

/** How well scores rank and probabilities fit. */
export function RankingFigures({
  shown: { figures, student, times, ic },
}: {
  readonly shown: Shown;
}): ComponentChildren {
  const { backtest, metrics } = figures;
  const { arms, icHorizon } = backtest;
  const ofStudents = cumulative(ic.of(student));
  const days = ic.of(student).filter((value) => value !== null).length;
  const [lowest, , , , highest] = student.quantiles.perYear;
  const ranked = metrics.ranking.rows.find(({ name }) => name === 'student')?.horizons ?? [];
  const decay = icDecayChart(metrics);
  const calibration = metrics.forward.student.calibration;
  return (
    <section aria-labelledby="ranking">
      <h2 id="ranking">Ranking and calibration</h2>
      <TimeChart
        name={`${ic.name} at ${icHorizon} bars, cumulative`}
        summary={`The students’ adds up to ${decimals(lastOf(ofStudents), 1)} over ${days} sessions. A steady climb is skill, a single step is one lucky period.`}
        times={times}
        format={(value) => decimals(value, 1)}
        series={arms.map((arm) => ({
          label: ARM_NAMES[arm.name],
          colour: colourOf(arm.name),
          values: cumulative(ic.of(arm)),
        }))}
      />
      <SvgChart
        name="Return by fifths of the score"
        summary={`Before costs, the students’ highest fifth earned ${percentText(highest)} a year and the lowest ${percentText(lowest)}, over ${student.quantiles.holdings} holdings.`}
        chart={quantilesChart(arms)}
        stops={[0, 1, 2, 3, 4].map((fifth) => ({
          x: fifth,
          says: `fifth ${fifth + 1}: ${arms.map(({ name, quantiles }) => `${ARM_NAMES[name]} ${percentText(quantiles.perYear[fifth])}`).join(', ')}`,
        }))}
        table={() => ({
          columns: ['arm', 'holdings', 'lowest', 'second', 'third', 'fourth', 'highest'],
          rows: [
            ...arms.map(({ name, quantiles }) => [
              ARM_NAMES[name],
              String(quantiles.holdings),
              ...quantiles.perYear.map((value) => percentText(value)),
            ]),
            ...student.quantilesByYear.map(({ year, holdings, perYear }) => [
              `students ${year}`,
              String(holdings),
              ...perYear.map((value) => percentText(value)),
            ]),
          ],
        })}
      />
      <SvgChart
        name="Decay of the rank IC"
        summary={`Mean neutral rank IC of the students: ${ranked.map(({ horizon, neutral }) => `${decimals(neutral.mean, 3)} at ${horizon} ${horizon === 1 ? 'bar' : 'bars'}`).join(', ')}.`}
        chart={decay}
        stops={ranked.map(({ horizon, raw, neutral }, at) => ({
          x: at,
          says: `${horizon} bars: students neutral ${icText(neutral)}, raw ${icText(raw)}`,
        }))}
        table={() => ({
          columns: ['score', ...ranked.map(({ horizon }) => `${horizon} bars`)],
          rows: metrics.ranking.rows.flatMap(({ name, horizons }) => [
            [`${name}, neutral`, ...horizons.map(({ neutral }) => icText(neutral))],
            [`${name}, raw`, ...horizons.map(({ raw }) => icText(raw))],
          ]),
        })}
      />
      <SvgChart
        name="Calibration"
        summary={`Calibration error of the students ${decimals(calibration.ece, 4)} over ${countText(metrics.forward.student.rows)} rows in bins of equal count.`}
        chart={reliabilityChart(metrics)}
        stops={calibration.bins.map(({ meanProbability, observedRate, rows }) => ({
          x: meanProbability,
          says: `students: said ${percentText(meanProbability)}, came ${percentText(observedRate)} in ${rows} rows`,
        }))}
        table={() => ({
          columns: ['arm and bin', 'rows', 'mean probability', 'observed rate'],
          rows: (['student', 'teacher', 'placebo'] as const).flatMap((arm) =>
            metrics.forward[arm].calibration.bins.map(({ rows, meanProbability, observedRate }, at) => [
              `${ARM_NAMES[arm]} ${at + 1}`,
              String(rows),
              decimals(meanProbability, 4),
              decimals(observedRate, 4),
            ]),
          ),
        })}
      />
    </section>
  );
}

function icText(ic: {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
}): string {
  return withInterval(ic.mean, ic, (value) => decimals(value, 3));
}
