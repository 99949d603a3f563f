import type { ComponentChildren } from 'preact';

import type { BundleLine } from '../../contract/release.js';
import { showView } from '../state/view.js';

/** A choice among the runs that have a bundle; it stands in the address. */
export function RunChoice({
  label,
  param,
  chosen,
  bundles,
  none,
}: {
  readonly label: string;
  /** Of the address. */
  readonly param: 'run' | 'against';
  readonly chosen: string | undefined;
  readonly bundles: readonly BundleLine[];
  /** What choosing nothing is called; absent: something is always chosen. */
  readonly none?: string;
}): ComponentChildren {
  const unknown = chosen !== undefined && !bundles.some(({ runId }) => runId === chosen);
  return (
    <div class="choice">
      <label for={`choice-${param}`}>{label}</label>
      <select
        id={`choice-${param}`}
        value={chosen ?? ''}
        onChange={(event) => showView({ params: { [param]: event.currentTarget.value } })}
      >
        {none !== undefined && <option value="">{none}</option>}
        {unknown && <option value={chosen}>{chosen}</option>}
        {bundles.map(({ runId, isChampion }) => (
          <option key={runId} value={runId}>
            {runId}
            {isChampion ? ' (champion)' : ''}
          </option>
        ))}
      </select>
    </div>
  );
}
