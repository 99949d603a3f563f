import type { Field } from '../parts/action-button.js';

/** Who decides, and why: what every decision asks for. */
export const DECISION_FIELDS = [
  { name: 'by', label: 'Your name', kind: 'text', required: true },
  { name: 'reason', label: 'Reason', kind: 'text', required: true },
] as const satisfies readonly Field[];
