import type { ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

import type { Asked } from './use-answer.js';
import { useAnswer } from './use-answer.js';

/**
 * Asks the server when shown, and again when something has changed.
 *
 * @param revision Rises with each change, such as `liveRevision(run)`.
 * @param leastMs Between two questions, however fast it rises.
 */
export function useLiveAnswer<Answer>(
  address: string | undefined,
  revision: ReadonlySignal<number>,
  leastMs = 1_000,
): Asked<Answer> {
  const asked = useAnswer<Answer>(address);
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
      Math.max(0, last.current + leastMs - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [now, leastMs]);
  return asked;
}
