import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

import type { Asked } from './use-answer.js';
import { useAnswer } from './use-answer.js';

/** Between two questions, however fast the revision rises. */
const LEAST_MS = 1_000;

/**
 * Asks the server when shown, and again when something has changed.
 *
 * @param revision Rises with each change, such as `liveRevision(run)`.
 * @param everyMs Asks anyway, for what telemetry does not tell; 0: not.
 */
export function useLiveAnswer<Answer>(
  address: string | undefined,
  revision: ReadonlySignal<number>,
  everyMs = 0,
): Asked<Answer> {
  const asked = useAnswer<Answer>(address, everyMs);
  const { again } = asked;
  const last = useRef(0);
  const seen = useRef(revision.value);
  const now = revision.value;
  useEffect(() => {
    if (now === seen.current) return;
    const timer = setTimeout(
      () => {
        seen.current = now;
        last.current = performance.now();
        again();
      },
      Math.max(0, last.current + LEAST_MS - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [now]);
  return asked;
}
