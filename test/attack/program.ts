import { reportError } from '../support/program.js';
import { attackArguments } from './arguments.js';
import { runAttacks } from './campaign.js';
import type { AttackKind } from './kind.js';
import { reportLines } from './report.js';

/** Where a program writes: lines of its report, and of its progress and errors. */
export interface Output {
  readonly print: (line: string) => void;
  readonly note: (line: string) => void;
}

/** `npm run attack` with a catalogue. Returns the exit status: 0 all caught, 1 some passed, 2 bad input. */
export async function attackProgram(
  args: readonly string[],
  catalogue: readonly AttackKind[],
  { print, note }: Output,
): Promise<0 | 1 | 2> {
  try {
    const { seed, attempts } = attackArguments(args, catalogue);
    const campaign = await runAttacks(seed, attempts, note);
    for (const line of reportLines(campaign)) print(line);
    return campaign.passed.length === 0 ? 0 : 1;
  } catch (error) {
    return reportError(error, note);
  }
}
