import { setHandler } from '@temporalio/workflow';

import type { Hold } from '../contract/messages.js';
import { holdSignal } from '../contract/messages.js';
import { Gate } from './gate.js';

/** The gate of a child workflow, which its parent closes and opens. */
export interface HeldGate {
  readonly gate: Gate;
  /** The newest order, to be carried over a continue-as-new. */
  readonly hold: () => Hold;
}

/** Makes the gate of a child. @param carried The newest order before a continue-as-new. */
export function heldGate(carried: Hold = { held: false, order: 0 }): HeldGate {
  let newest = carried;
  const gate = new Gate(carried.held);
  setHandler(holdSignal, (hold) => {
    if (hold.order < newest.order) return;
    newest = hold;
    gate.set(hold.held);
  });
  return { gate, hold: () => newest };
}
