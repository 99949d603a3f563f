import type {
  BackendCause,
  BarsCause,
  Causes,
  CodeCause,
  UniverseCause,
} from '../../activities/audit/diff/causes.js';
import type { RunDiff } from '../../activities/audit/diff/compare-bundles.js';
import type { BarSpan, SeriesChange, SeriesChangeKind } from '../../activities/audit/diff/series-change.js';
import type { ValueChange } from '../../activities/audit/diff/values.js';
import { formatCount, plural, renderTable } from './format.js';

/** Series and symbols that are named. */
const NAMED = 10;
const WIDTH = 15;
/** Digests are told apart by their first digits. */
const DIGEST = /^[0-9a-f]{64}$/;

/** What differs between the inputs of two runs, a cause after the other, and what does not. */
export function describeCauses({ causes }: Pick<RunDiff, 'causes'>): string[] {
  const { bars, code, configuration, universe, seed, backend, policy } = causes;
  const found: Readonly<Record<keyof Causes, readonly string[]>> = {
    bars: bars === null ? [] : barLines(bars),
    code: code === null ? [] : codeLines(code),
    configuration: configuration.map(changeText),
    universe: universe === null ? [] : universeLines(universe),
    seed: seed === null ? [] : [`${shown(seed.before)} → ${shown(seed.after)}`],
    backend: backend === null ? [] : backendLines(backend),
    policy: policy.map(changeText),
  };
  const same = Object.entries(found)
    .filter(([, lines]) => lines.length === 0)
    .map(([kind]) => kind);
  return [
    ...Object.entries(found).flatMap(([kind, lines]) =>
      lines.map((line, at) => `${(at === 0 ? kind : '').padEnd(WIDTH)}${line}`),
    ),
    `${'the same'.padEnd(WIDTH)}${same.join(', ')}`,
  ];
}

function changeText({ name, before, after }: ValueChange): string {
  return `${name} ${shown(before)} → ${shown(after)}`;
}

function shown(value: unknown): string {
  if (value === null) return 'not given';
  if (typeof value !== 'string') return JSON.stringify(value);
  return DIGEST.test(value) ? value.slice(0, 16) : value;
}

function barLines({ series, same, unseen, follows }: BarsCause): string[] {
  const more = series.length - NAMED;
  return [
    ...(series.length === 0
      ? []
      : [`${formatCount(series.length)} of ${formatCount(series.length + same)} series of both runs differ`]),
    ...(follows.length === 0
      ? []
      : [
          `${follows.join(', ')} ${follows.length === 1 ? 'decides' : 'decide'} which bars are read: they may differ because of that alone`,
        ]),
    ...(unseen
      ? [
          'corporate actions, dates of membership, sectors or observed sessions differ, which this home does not have',
        ]
      : []),
    ...(series.length === 0
      ? []
      : renderTable(['symbol', 'what', 'where'], series.slice(0, NAMED).map(seriesRow))),
    ...(more > 0 ? [`and ${formatCount(more)} more`] : []),
  ];
}

const KIND_TEXTS: Readonly<Record<SeriesChangeKind, string>> = {
  added_at_end: 'bars added at the end',
  added_before: 'bars added before the first',
  added_inside: 'bars added between',
  removed_at_end: 'bars missing at the end',
  removed_before: 'bars missing at the start',
  removed_inside: 'bars missing between',
  changed: 'bars changed',
  adjusted: 'other corporate actions',
  new: 'newly used',
  gone: 'no longer used',
  differs: 'differs',
};

function seriesRow(change: SeriesChange): string[] {
  const { symbol, kinds, bars, actions, before, after, afterEnd } = change;
  const status = before.status === after.status ? [] : [`${before.status} → ${after.status}`];
  const spans =
    bars === null
      ? kinds.some((kind) => kind !== 'adjusted' && kind !== 'new' && kind !== 'gone')
        ? [
            `${extent(before)} → ${extent(after)} (by dates and counts: this home does not have the bars of both)`,
          ]
        : []
      : [spanText('added', bars.added), spanText('missing', bars.removed), spanText('changed', bars.changed)];
  return [
    symbol,
    kinds.map((kind) => KIND_TEXTS[kind]).join(', '),
    [
      ...status,
      ...spans.filter((text) => text !== ''),
      ...(actions === null
        ? before.actions === after.actions
          ? []
          : [`${plural(before.actions, 'action')} → ${after.actions}`]
        : [...actions.added.map((text) => `+ ${text}`), ...actions.removed.map((text) => `− ${text}`)]),
      ...(afterEnd === true ? ['after the end of both runs: not used'] : []),
    ].join('; '),
  ];
}

function extent({ first, last, bars }: SeriesChange['before']): string {
  return first === null ? 'no bars' : `${plural(bars, 'bar')} from ${first} to ${last ?? '?'}`;
}

function spanText(what: string, span: BarSpan | null): string {
  if (span === null) return '';
  const when = span.first === span.last ? span.first : `${span.first} to ${span.last}`;
  return `${plural(span.bars, 'bar')} ${what}, ${when}`;
}

function codeLines({ fields, sameTraining }: CodeCause): string[] {
  return [
    ...fields.map(changeText),
    ...(sameTraining === null
      ? []
      : [
          sameTraining
            ? 'the code that trains is the same: only figures, texts and plots can depend on the change'
            : 'the code that trains differs',
        ]),
  ];
}

function universeLines({ fields, added, removed, members }: UniverseCause): string[] {
  const named = (symbols: readonly string[]): string => {
    const more = symbols.length - NAMED;
    return `${symbols.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`;
  };
  const line = (text: string, symbols: readonly string[]): string[] =>
    symbols.length === 0 ? [] : [`${plural(symbols.length, 'symbol')} ${text}: ${named(symbols)}`];
  return [
    ...fields.map(changeText),
    ...line('added', added),
    ...line('removed', removed),
    ...line('with other dates of membership or another sector', members ?? []),
  ];
}

function backendLines({ before, after, parts, cohorts }: BackendCause): string[] {
  return [
    `${before.join(', ')} → ${after.join(', ')}`,
    ...parts.map(changeText),
    ...(cohorts === null ? [] : [`${plural(cohorts.length, 'cohort')} of both trained with another backend`]),
  ];
}
