import type { ComponentChildren } from 'preact';

import type { WindowAnswer } from '../../contract/training.js';
import { isKnown, logLossSoFar } from '../../figures/log-loss-so-far.js';
import { decimals } from '../../figures/texts.js';
import { TimeChart } from '../charts/time-chart.js';

/** A window's forward probabilities and labels. */
export function ForwardChart({
  answer: { forward, baseRate },
}: {
  readonly answer: WindowAnswer;
}): ComponentChildren {
  const known = forward.filter(isKnown);
  const hits = known.filter(({ label }) => label === 1).length;
  const mean = forward.reduce((sum, { probability }) => sum + probability, 0) / forward.length;
  return (
    <TimeChart
      name="Forward probability"
      summary={`Mean probability ${decimals(mean, 3)}; ${hits} of ${known.length} labels were 1.`}
      times={forward.map(({ date }) => secondsOf(date))}
      series={[
        { label: 'probability', colour: 'teacher', values: forward.map(({ probability }) => probability) },
        { label: 'label', colour: 'placebo', dashed: true, values: forward.map(({ label }) => label) },
        { label: 'base rate', colour: 'reference', dashed: true, values: forward.map(() => baseRate) },
      ]}
      format={(value) => value.toFixed(3)}
    />
  );
}

/** What stands for a learning curve: a teacher that is fitted without epochs has none. */
export function LogLossCurve({
  answer: { forward, baseRate },
}: {
  readonly answer: WindowAnswer;
}): ComponentChildren {
  const { dates, teacher, baseRate: base } = logLossSoFar(forward, baseRate);
  if (dates.length === 0) return null;
  return (
    <>
      <p class="remark">
        Teachers are fitted in closed form and by Newton’s method: there is no loss per epoch to draw. The
        curves show how the log-loss settles as forward rows come, and below what settings did to the
        validation.
      </p>
      <TimeChart
        name="Log-loss over the forward rows so far"
        summary={`After ${dates.length} known rows ${decimals(teacher.at(-1))}; of its base rate alone ${decimals(base.at(-1))}. Lower is better; the first rows alone say little.`}
        times={dates.map(secondsOf)}
        series={[
          { label: 'teacher', colour: 'teacher', values: teacher },
          { label: 'base rate alone', colour: 'reference', dashed: true, values: base },
        ]}
        format={(value) => value.toFixed(4)}
        height={220}
      />
    </>
  );
}

/** Seconds since 1970 of a date, or of a date and time. */
function secondsOf(date: string): number {
  return Date.parse(`${date.length > 10 ? date : `${date}T00:00`}Z`) / 1000;
}
