import type { ComponentChildren } from 'preact';

import type { EventsAnswer } from '../../contract/telemetry.js';
import type { PhaseSpan } from '../../figures/phase-spans.js';
import { phaseSpans } from '../../figures/phase-spans.js';
import { durationText, secondText } from '../../figures/texts.js';
import { Figure } from '../charts/figure.js';
import { liveRevision } from '../state/live.js';
import { useLiveAnswer } from '../state/use-live-answer.js';

const ROW = 22;
const LABEL = 90;
const WIDTH = 700;

/** When the run was in which phase, a row a phase. */
export function PhaseTimeline({
  runId,
  live,
}: {
  readonly runId: string;
  readonly live: boolean;
}): ComponentChildren {
  const { answer } = useLiveAnswer<EventsAnswer>(
    `/api/runs/${encodeURIComponent(runId)}/events?event=phase&limit=500`,
    liveRevision(runId),
  );
  const spans = phaseSpans(
    (answer?.events ?? []).flatMap(({ at, fields }) =>
      typeof fields['phase'] === 'string' ? [{ at, phase: fields['phase'] }] : [],
    ),
  );
  if (spans.length === 0) return null;
  const first = spans[0]?.from ?? 0;
  const now = live ? Date.now() : Math.max(...spans.map(({ from, until }) => until ?? from));
  const phases = [...new Set(spans.map(({ phase }) => phase))];
  const longest = [...phases].sort((a, b) => total(spans, b, now) - total(spans, a, now))[0] ?? '';
  const x = (at: number): number => LABEL + ((WIDTH - LABEL) * (at - first)) / Math.max(1, now - first);
  return (
    <Figure
      name="Phases"
      summary={`${durationText(now - first)} in all; ${longest} took longest, ${durationText(total(spans, longest, now))}.`}
      table={() => ({
        columns: ['began', 'phase', 'took'],
        rows: spans.map(({ phase, from, until }) => [
          secondText(new Date(from).toISOString()),
          phase,
          until === null && !live ? 'to the end' : durationText((until ?? now) - from),
        ]),
      })}
    >
      <svg
        class="phases"
        viewBox={`0 0 ${WIDTH} ${phases.length * ROW}`}
        role="img"
        aria-label={phases.map((phase) => `${phase} ${durationText(total(spans, phase, now))}`).join(', ')}
      >
        {phases.map((phase, row) => (
          <text key={phase} x={0} y={row * ROW + 15}>
            {phase}
          </text>
        ))}
        {spans.map(({ phase, from, until }) => (
          <rect
            key={from}
            x={x(from)}
            y={phases.indexOf(phase) * ROW + 4}
            width={Math.max(1, x(until ?? now) - x(from))}
            height={ROW - 8}
            class={phase === 'paused' ? 'paused' : undefined}
          >
            <title>{`${phase}: ${durationText((until ?? now) - from)}`}</title>
          </rect>
        ))}
      </svg>
    </Figure>
  );
}

/** Milliseconds in a phase. */
function total(spans: readonly PhaseSpan[], phase: string, now: number): number {
  return spans
    .filter((span) => span.phase === phase)
    .reduce((sum, { from, until }) => sum + (until ?? now) - from, 0);
}
