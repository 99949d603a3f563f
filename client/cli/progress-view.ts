import { Presets, SingleBar } from 'cli-progress';

import { safeText } from '../../data/text/safe-text.js';
import { createRateMeter } from './rate.js';
import type { Snapshot } from './progress-snapshot.js';
import { countsText, progressLine } from './progress-snapshot.js';

/** Shows a run as it goes. */
export interface ProgressView {
  readonly update: (snapshot: Snapshot) => void;
  /** A line that stays, above the bar where there is one. */
  readonly say: (line: string) => void;
  readonly close: () => void;
}

/** Plain lines: at most one in this time, unless the phase changes. */
const LINE_EVERY_MS = 5_000;
/** And at least one in this time, so that a log shows that the run lives. */
const LINE_AT_LEAST_MS = 30_000;
const BAR_SIZE = 400;

export interface ProgressViewOptions {
  /** Where a person looks on: a bar that redraws itself; otherwise plain lines. */
  readonly interactive: boolean;
  readonly note: (line: string) => void;
  /** Milliseconds of a clock that never jumps back. */
  readonly now: () => number;
}

/** A progress bar on a terminal, plain lines elsewhere; both on stderr. */
export function createProgressView(options: ProgressViewOptions): ProgressView {
  const { now } = options;
  const windows = createRateMeter();
  const work = createRateMeter();
  const show = options.interactive ? bar(options) : lines(options);
  return {
    update: (snapshot) => {
      if (snapshot.phase === 'teach') {
        windows.add(now(), snapshot.windows.succeeded + snapshot.windows.failed);
        work.add(now(), snapshot.work.done);
      }
      const remaining = snapshot.work.total - snapshot.work.done;
      const pace = { perMinute: windows.perMinute(), etaMs: work.etaMs(remaining) };
      show.update(snapshot, countsText(snapshot, pace), progressLine(snapshot, pace));
    },
    say: show.say,
    close: show.close,
  };
}

interface Display {
  readonly update: (snapshot: Snapshot, counts: string, line: string) => void;
  readonly say: ProgressView['say'];
  readonly close: ProgressView['close'];
}

function lines({ note, now }: ProgressViewOptions): Display {
  let last = { at: -Infinity, phase: '', line: '' };
  return {
    update: ({ phase }, _counts, line) => {
      const age = now() - last.at;
      const due = phase !== last.phase || (line !== last.line && age >= LINE_EVERY_MS);
      if (!due && age < LINE_AT_LEAST_MS) return;
      note(line);
      last = { at: now(), phase, line };
    },
    say: note,
    close: () => undefined,
  };
}

function bar({ note }: ProgressViewOptions): Display {
  const single = new SingleBar(
    {
      format: '{phase} {bar} {percentage}% {text}',
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      // cli-progress takes SIGINT over otherwise, and would end the process under a running drain.
      gracefulExit: false,
      barsize: 24,
      fps: 5,
    },
    Presets.shades_classic,
  );
  let started = false;
  let state = { value: 0, payload: { phase: 'start   ', text: '' } };
  const draw = (): void => {
    if (started) single.update(state.value, state.payload);
    else single.start(BAR_SIZE, state.value, state.payload);
    started = true;
  };
  const clear = (): void => {
    if (started) single.stop();
    started = false;
  };
  return {
    update: (snapshot, counts) => {
      const share = snapshot.work.total === 0 ? 0 : snapshot.work.done / snapshot.work.total;
      const text = [counts, snapshot.message].filter((part) => part !== '').join(' · ');
      state = {
        value: Math.floor(BAR_SIZE * Math.min(1, share)),
        payload: { phase: snapshot.phase.padEnd(8), text: safeText(text) },
      };
      draw();
    },
    say: (line) => {
      const wasDrawn = started;
      clear();
      note(line);
      if (wasDrawn) draw();
    },
    close: clear,
  };
}
