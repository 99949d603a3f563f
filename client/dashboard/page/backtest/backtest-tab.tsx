import type { ComponentChildren } from 'preact';

/** What a run's models would have earned, and how well they rank. */
export function BacktestTab(): ComponentChildren {
  return <h1>Backtest</h1>;
}
