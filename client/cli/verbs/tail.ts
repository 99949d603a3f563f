import { existsSync } from 'node:fs';

import { InvalidInputError } from '../../../data/errors.js';
import { anyEventSchema } from '../../../data/schemas/telemetry.js';
import type { Home } from '../../../data/store/home.js';
import { TelemetryFollower } from '../../../data/telemetry/follow-telemetry.js';
import type { TelemetryLine, TelemetryPosition } from '../../../data/telemetry/read-telemetry.js';
import { TELEMETRY_START, readTelemetryBack, telemetryEnd } from '../../../data/telemetry/read-telemetry.js';
import { watchFolder } from '../../../data/telemetry/watch-folder.js';
import type { Cli } from '../cli.js';
import { eventText } from '../event-text.js';
import type { ExitCode } from '../exit.js';
import { EXIT } from '../exit.js';
import { findRun, isEnded, unknownRun } from '../find-run.js';
import type { Interrupts } from '../interrupt.js';
import { takeInterrupts } from '../interrupt.js';
import { exitCodeOfEnd } from '../run-failure.js';
import type { JsonFlags } from '../shared-flags.js';

export interface TailFlags extends JsonFlags {
  readonly last?: string;
  readonly fromStart?: boolean;
  readonly follow?: boolean;
}

const LAST = 10;
/** Where the file system does not tell of changes. */
const LOOK_EVERY_MS = 500;

/** Telemetry of a run as it comes, until the run ends: with the run's exit status, as `watch` has it. */
export async function tail(
  cli: Cli,
  runId: string,
  { last, fromStart = false, follow = false, json = false }: TailFlags,
): Promise<ExitCode> {
  const most = last === undefined ? LAST : Number(last);
  if (!Number.isInteger(most) || most < 0)
    throw new InvalidInputError([`--last: must be a whole number from 0, not ${last}`]);
  if (fromStart && last !== undefined)
    throw new InvalidInputError(['--from-start begins with the first line: leave --last out']);
  if (!existsSync(cli.home.telemetry(runId)) && !existsSync(cli.home.runDir(runId)))
    throw new InvalidInputError([await unknownRun(cli.home, runId)]);
  const interrupts = takeInterrupts();
  const followed = new TelemetryFollower(
    cli.home,
    runId,
    fromStart ? TELEMETRY_START : await lastLines(cli.home, runId, most),
  );
  const show = (line: TelemetryLine): void => {
    const { data: event } = anyEventSchema.safeParse(line.value());
    if (event !== undefined) cli.out(json ? line.text() : eventText(event));
  };
  try {
    const ended = await showUntilEnd(cli.home, runId, followed, show, { follow, interrupts });
    return ended ? exitCodeOfEnd(await findRun(cli.home, runId)) : EXIT.interrupted;
  } finally {
    interrupts.dispose();
  }
}

/** @returns Whether the run has ended; otherwise the user left. */
async function showUntilEnd(
  home: Home,
  runId: string,
  followed: TelemetryFollower,
  show: (line: TelemetryLine) => void,
  { follow, interrupts: { signal } }: { readonly follow: boolean; readonly interrupts: Interrupts },
): Promise<boolean> {
  // An earlier start of the run may have ended, too: what counts is the last phase.
  let phase = await lastPhase(home, runId);
  const growth = watchGrowth(home.telemetryDir(), signal);
  try {
    for (;;) {
      const { lines, more } = await followed.read();
      for (const line of lines) {
        show(line);
        phase = phaseOf(line) ?? phase;
      }
      if (signal.aborted) return false;
      if (more) continue;
      if (!follow && isEnded(phase)) return true;
      await growth.next();
    }
  } finally {
    growth.close();
  }
}

/** Where the last lines begin. */
async function lastLines(home: Home, runId: string, most: number): Promise<TelemetryPosition> {
  let from = await telemetryEnd(home, runId);
  let left = most;
  if (left === 0) return from;
  for await (const { at } of readTelemetryBack(home, runId)) {
    from = at;
    left -= 1;
    if (left === 0) break;
  }
  return from;
}

async function lastPhase(home: Home, runId: string): Promise<unknown> {
  for await (const line of readTelemetryBack(home, runId)) {
    const phase = phaseOf(line);
    if (phase !== undefined) return phase;
  }
  return undefined;
}

function phaseOf({ value }: TelemetryLine): unknown {
  const { data: event } = anyEventSchema.safeParse(value());
  return event?.event === 'phase' ? event['phase'] : undefined;
}

/** Waits for the folder to change, or for the user to leave. */
function watchGrowth(folder: string, signal: AbortSignal): { next(): Promise<void>; close(): void } {
  let changed = false;
  let wake: () => void = () => undefined;
  const wakeUp = (): void => {
    changed = true;
    wake();
  };
  const watched = watchFolder(folder, LOOK_EVERY_MS, wakeUp);
  signal.addEventListener('abort', wakeUp);
  return {
    async next() {
      if (!changed && !signal.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      changed = false;
    },
    close: () => {
      watched.close();
      signal.removeEventListener('abort', wakeUp);
    },
  };
}
