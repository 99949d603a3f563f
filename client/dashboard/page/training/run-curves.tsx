import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import type { SeriesAnswer } from '../../contract/telemetry.js';
import { countText, decimals } from '../../figures/texts.js';
import { TimeChart } from '../charts/time-chart.js';
import { liveRevision } from '../state/live.js';
import { useLiveAnswer } from '../state/use-live-answer.js';

const POINTS = 300;

/** Log-loss and pace of training over the time of a run; the server reads all events for it, so it is asked when it is opened. */
export function RunCurves({ runId }: { readonly runId: string }): ComponentChildren {
  const [open, setOpen] = useState(false);
  const of = (name: SeriesAnswer['name']): string | undefined =>
    open ? `/api/runs/${encodeURIComponent(runId)}/series?name=${name}&points=${POINTS}` : undefined;
  const { answer: loss } = useLiveAnswer<SeriesAnswer>(of('windowLoss'), liveRevision(runId));
  const { answer: pace } = useLiveAnswer<SeriesAnswer>(of('windowsSucceeded'), liveRevision(runId));
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2>Learning over time</h2>
      </summary>
      {loss !== undefined && loss.buckets.length > 0 && <Loss series={loss} />}
      {pace !== undefined && pace.buckets.length > 0 && <Pace series={pace} />}
    </details>
  );
}

function Loss({ series: { buckets } }: { readonly series: SeriesAnswer }): ComponentChildren {
  const windows = buckets.reduce((sum, { n }) => sum + n, 0);
  const mean = buckets.reduce((sum, bucket) => sum + bucket.mean * bucket.n, 0) / windows;
  return (
    <TimeChart
      name="Validation log-loss of windows as they end"
      summary={`${countText(windows)} windows, mean ${decimals(mean)}: mean, lowest and highest of each span of time.`}
      times={buckets.map(({ at }) => at / 1000)}
      series={[
        { label: 'mean', colour: 'teacher', values: buckets.map((bucket) => bucket.mean) },
        { label: 'lowest', colour: 'reference', dashed: true, values: buckets.map(({ min }) => min) },
        { label: 'highest', colour: 'placebo', dashed: true, values: buckets.map(({ max }) => max) },
      ]}
      format={(value) => value.toFixed(3)}
      height={200}
    />
  );
}

function Pace({ series: { buckets, width } }: { readonly series: SeriesAnswer }): ComponentChildren {
  const perMinute = buckets.map(({ n }) => (n * 60_000) / width);
  return (
    <TimeChart
      name="Windows a minute"
      summary={`At most ${countText(Math.round(Math.max(...perMinute)))} a minute in spans of ${(width / 1000).toFixed(1)} s.`}
      times={buckets.map(({ at }) => at / 1000)}
      series={[{ label: 'windows a minute', colour: 'student', values: perMinute }]}
      format={(value) => countText(Math.round(value))}
      height={160}
    />
  );
}
