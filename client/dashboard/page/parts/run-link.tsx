import type { ComponentChildren } from 'preact';

import { showView } from '../state/view.js';

/** A run in a list: a click shows it. */
export function runLink({ runId }: { readonly runId: string }): ComponentChildren {
  return (
    <button type="button" class="link" onClick={() => showView({ params: { run: runId } })}>
      {runId}
    </button>
  );
}
