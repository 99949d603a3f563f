import type { ReadonlySignal, Signal } from '@preact/signals';
import { computed, effect, signal } from '@preact/signals';

import type { EventLine } from '../../contract/telemetry.js';
import type { Listener } from './open-stream.js';
import { openStream } from './open-stream.js';
import { pollEvents } from './poll-events.js';
import { waitForStream } from './stream-slot.js';
import { view } from './view.js';

/** Events that are kept in the page. */
const KEPT = 500;
/** A stream is there at once, or another page has it. */
const PATIENCE_MS = 300;

/** What is known of a run while the page is open. */
interface LiveRun {
  /** Newest first. */
  readonly events: Signal<readonly EventLine[]>;
  readonly revision: Signal<number>;
  /** Where the server goes on, when it is asked again. */
  after: string | undefined;
}

const runs = new Map<string, LiveRun>();
const revision = signal(0);
const state = signal<'connecting' | 'live' | 'lost'>('connecting');
let listening: AbortController | undefined;

/** Newest events of a run, newest first, at most 500; those of the shown run (`run` in the address) alone are live. */
export function liveEvents(runId: string): ReadonlySignal<readonly EventLine[]> {
  return liveRun(runId).events;
}

/** Rises whenever something of the run changed: a reader asks the server again. */
export function liveRevision(runId: string): ReadonlySignal<number> {
  return liveRun(runId).revision;
}

/** Rises whenever the state of any run changed, or a run is new. */
export const allRunsRevision: ReadonlySignal<number> = revision;

/** Whether what is shown comes as it happens; `lost` while the server does not answer. */
export const liveState: ReadonlySignal<'connecting' | 'live' | 'lost'> = state;

function liveRun(runId: string): LiveRun {
  const known = runs.get(runId);
  if (known !== undefined) return known;
  const created: LiveRun = { events: signal([]), revision: signal(0), after: undefined };
  runs.set(runId, created);
  return created;
}

/**
 * Listens to one run, and to the state of all. A page that nobody sees listens to nothing: browsers limit streams. One
 * for which the browser has none left asks for events until it has.
 */
function listen(runId: string | undefined): void {
  listening?.abort();
  listening = undefined;
  if (document.visibilityState !== 'visible') return;
  const own = new AbortController();
  listening = own;
  state.value = 'connecting';
  const after = (): string | undefined => (runId === undefined ? undefined : liveRun(runId).after);
  const asking = new AbortController();
  own.signal.addEventListener('abort', () => asking.abort());
  const patience = setTimeout(() => void pollEvents(runId, after, listener, asking.signal), PATIENCE_MS);
  waitForStream(own.signal, () => {
    clearTimeout(patience);
    asking.abort();
    openStream(runId, after, listener, own.signal);
  });
  own.signal.addEventListener('abort', () => clearTimeout(patience));
}

const listener: Listener = {
  events: ({ run, events }, after) => {
    const known = liveRun(run);
    known.after = after;
    if (events.length === 0) return;
    known.events.value = [...events.toReversed(), ...known.events.value].slice(0, KEPT);
    known.revision.value += 1;
  },
  runs: ({ runs: changed }) => {
    for (const run of changed) liveRun(run).revision.value += 1;
    revision.value += 1;
  },
  live: () => {
    state.value = 'live';
    revision.value += 1;
  },
  lost: () => {
    state.value = 'lost';
  },
};

const shownRun = computed(() => view.value.params['run']);
effect(() => listen(shownRun.value));
document.addEventListener('visibilitychange', () => listen(shownRun.value));
