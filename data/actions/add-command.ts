import { shellWord } from '../text/shell-word.js';

/** An action as `gurukul actions add` takes it. */
interface ActionToAdd {
  readonly symbol: string;
  /** ISO date. */
  readonly exDate: string;
  /** Absent: the person has to find out. */
  readonly factor?: string;
  readonly kind: string;
  readonly evidence?: string;
}

/** The command that adds an action to the home's list. */
export function addCommand({ symbol, exDate, factor = 'FACTOR', kind, evidence }: ActionToAdd): string {
  const known = evidence === undefined ? '' : ` --evidence ${shellWord(evidence)}`;
  return `gurukul actions add ${shellWord(symbol)} ${exDate} ${factor} --kind ${shellWord(kind)}${known}`;
}
