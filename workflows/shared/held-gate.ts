import { setHandler } from '@temporalio/workflow';

import type { Hold } from '../contract/messages.js';
import { holdSignal } from '../contract/messages.js';
import { Gate } from './gate.js';

/** A gate that the parent closes and opens. */
export interface HeldGate {
  readonly gate: Gate;
  /** The newest order, for the execution that goes on. */
  readonly hold: () => Hold;
}

/** The gate of a child of a run. @param carried The order that stood before the child was continued as new. */
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
