import type { ComponentChildren } from 'preact';

import type { ProvenanceAnswer } from '../../contract/release.js';
import { countText, decimals } from '../../figures/texts.js';

/** From each figure to its files, and from these to the bars. */
export function Provenance({ provenance }: { readonly provenance: ProvenanceAnswer }): ComponentChildren {
  const { digest, figures, bars, code } = provenance;
  return (
    <details>
      <summary>Where the figures come from</summary>
      <ul class="tree">
        <li>
          Bundle <code>{digest}</code>
          <ul>
            {figures.map(({ name, value, rows, baseRate, trials, files }) => (
              <li key={name}>
                <details>
                  <summary>
                    {name}: {decimals(value)}
                  </summary>
                  <p>
                    {countText(rows)} rows, base rate {decimals(baseRate, 3)}, {countText(trials)}{' '}
                    configurations compared
                  </p>
                  <ul>
                    {files.map(({ path, bytes, sha256 }) => (
                      <li key={path}>
                        {path}, {countText(bytes)} bytes, <code>{sha256}</code>
                      </li>
                    ))}
                  </ul>
                </details>
              </li>
            ))}
            <li>
              {countText(bars.series)} series of bars from {bars.source}, digest <code>{bars.digest}</code>
            </li>
            <li>
              Code <code>{code ?? 'unknown'}</code>
            </li>
          </ul>
        </li>
      </ul>
    </details>
  );
}
