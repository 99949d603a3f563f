/** Ctrl-C and its kin, as signals that work can listen to. */
export interface Interrupts {
  /** The first one: leave in order. */
  readonly signal: AbortSignal;
  /** A second one: leave now. */
  readonly again: AbortSignal;
  /** Gives the signals back to the system. */
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Takes over SIGINT, SIGTERM and SIGHUP of this process. */
export function takeInterrupts(): Interrupts {
  const first = new AbortController();
  const second = new AbortController();
  const onSignal = (): void => (first.signal.aborted ? second : first).abort();
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: first.signal,
    again: second.signal,
    dispose: () => {
      for (const name of SIGNALS) process.removeListener(name, onSignal);
    },
  };
}

/** Resolves when the signal is aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
