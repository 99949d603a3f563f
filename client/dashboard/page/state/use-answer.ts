import { useEffect, useState } from 'preact/hooks';

import { ask, ServerProblem } from './server.js';

/** What was answered last, and why it is not newer. */
export interface Asked<Answer> {
  readonly answer: Answer | undefined;
  readonly problems: readonly string[];
  /** Asks again at once. */
  readonly again: () => void;
}

/**
 * Asks the server when shown, when the address changes, and from time to time while the page is visible.
 *
 * @param address Undefined: nothing to ask.
 * @param everyMs 0: once.
 */
export function useAnswer<Answer>(address: string | undefined, everyMs = 0): Asked<Answer> {
  const [state, setState] = useState<{ address?: string; answer?: Answer; problems: readonly string[] }>({
    problems: [],
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (address === undefined) return;
    const control = new AbortController();
    ask<Answer>(address, { signal: control.signal }).then(
      (answer) => setState({ address, answer, problems: [] }),
      (error: unknown) => {
        if (!(error instanceof ServerProblem)) return;
        setState((before) => ({
          address,
          problems: error.problems,
          ...(before.address === address && before.answer !== undefined ? { answer: before.answer } : {}),
        }));
      },
    );
    return () => control.abort();
  }, [address, round]);
  useEffect(() => {
    if (address === undefined || everyMs === 0) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setRound((before) => before + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [address, everyMs]);
  const current = state.address === address;
  return {
    answer: current ? state.answer : undefined,
    problems: current ? state.problems : [],
    again: () => setRound((before) => before + 1),
  };
}
