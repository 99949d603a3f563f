import type { ReadonlySignal, Signal } from '@preact/signals';
import { computed, effect, signal } from '@preact/signals';

import type { EventLine, LiveMessages } from '../../contract/telemetry.js';
import { view } from './view.js';

/** Events that are kept in the page. */
const KEPT = 500;

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
let source: EventSource | undefined;

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

/** Listens to one run, and to the state of all. A page that nobody sees listens to nothing: browsers limit streams. */
function listen(runId: string | undefined): void {
  source?.close();
  source = undefined;
  if (document.visibilityState !== 'visible') return;
  const query = new URLSearchParams();
  if (runId !== undefined) {
    query.set('run', runId);
    const { after } = liveRun(runId);
    if (after !== undefined) query.set('after', after);
  }
  state.value = 'connecting';
  const opened = new EventSource(`/api/live?${query.toString()}`);
  source = opened;
  opened.addEventListener('open', () => {
    state.value = 'live';
    // What changed while nobody listened is not told.
    revision.value += 1;
  });
  opened.addEventListener('error', () => {
    state.value = 'lost';
    // A server that refuses ends the stream for good: it is asked again later.
    if (opened.readyState === EventSource.CLOSED)
      setTimeout(() => {
        if (source === opened) listen(runId);
      }, 2_000);
  });
  opened.addEventListener('events', ({ data, lastEventId }: MessageEvent<string>) => {
    take(messageOf('events', data), lastEventId);
  });
  opened.addEventListener('runs', ({ data }: MessageEvent<string>) => {
    for (const run of messageOf('runs', data).runs) liveRun(run).revision.value += 1;
    revision.value += 1;
  });
}

function take({ run, events }: LiveMessages['events'], lastEventId: string): void {
  const known = liveRun(run);
  known.after = lastEventId;
  if (events.length === 0) return;
  known.events.value = [...events.toReversed(), ...known.events.value].slice(0, KEPT);
  known.revision.value += 1;
}

function messageOf<Name extends keyof LiveMessages>(name: Name, data: string): LiveMessages[Name] {
  const message: unknown = JSON.parse(data);
  if (!fromThisServer(name, message)) throw new Error(`no message ${name}: ${data.slice(0, 80)}`);
  return message;
}

/** Page and server are one build, so a message has the shape that the contract of its name says. */
function fromThisServer<Name extends keyof LiveMessages>(
  _name: Name,
  message: unknown,
): message is LiveMessages[Name] {
  return typeof message === 'object' && message !== null;
}

const shownRun = computed(() => view.value.params['run']);
effect(() => listen(shownRun.value));
document.addEventListener('visibilitychange', () => listen(shownRun.value));
