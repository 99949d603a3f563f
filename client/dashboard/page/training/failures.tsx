import type { ComponentChildren } from 'preact';

import type { FailuresAnswer } from '../../contract/training.js';
import { countText } from '../../figures/texts.js';
import { Problems } from '../parts/problems.js';
import { useAnswer } from '../state/use-answer.js';

/** Failed windows by error and cause, each with what to do about it. */
export function Failures({ runId }: { readonly runId: string }): ComponentChildren {
  const { answer, problems } = useAnswer<FailuresAnswer>(`/api/runs/${runId}/failures`, 5_000);
  return (
    <section aria-labelledby="failures">
      <h2 id="failures">Failed windows</h2>
      <Problems problems={problems} />
      {(answer?.groups ?? []).map(({ error, windows, cases, remedy }) => (
        <article key={`${error} ${cases[0]?.message ?? ''}`} class="group">
          <h3>
            {error}: {countText(windows)} windows
          </h3>
          <ul>
            {cases.slice(0, 20).map(({ message, symbols, windows: count }) => (
              <li key={message}>
                {message}{' '}
                <small>
                  {symbols.slice(0, 12).join(', ')}
                  {symbols.length > 12 ? ` and ${symbols.length - 12} more` : ''} ({countText(count)} windows)
                </small>
              </li>
            ))}
          </ul>
          <p>
            <strong>Fix:</strong> {remedy}
          </p>
        </article>
      ))}
    </section>
  );
}
