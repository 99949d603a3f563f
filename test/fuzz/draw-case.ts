import type { Random } from '../../data/random.js';
import { randomStream } from '../../data/random.js';
import type { RunInputDraft } from '../../data/schemas/run-input.js';
import type { Action, Bar, Kind, Row } from './bar.js';
import { chance, dayOf, isoDay, oneOf } from './bar.js';
import { actionFiles } from './draw-actions.js';
import type { MemberSpan } from './draw-universe.js';
import { drawMembership, drawNames, universeText } from './draw-universe.js';
import { layOutAlone, layOutTogether } from './layout.js';
import type { TrueSymbol } from './market.js';
import { drawSymbol } from './market.js';
import type { Company } from './names.js';
import { drawCompanies } from './names.js';
import type { Rule } from './oracle.js';
import { ENTRIES } from './oracle.js';
import { fiveMinutes } from './oracle.js';
import type { WrittenFile } from './pack.js';
import type { PlantedRows } from './plant.js';
import { plantRows } from './plant.js';
import type { Sessions } from './sessions.js';
import { nseSessions, slotsOf } from './sessions.js';
import type { Format } from './writers/format.js';
import { WRITERS } from './writers/index.js';

/** What is to be expected of a symbol. */
export interface ExpectedSymbol {
  /** Today's name. */
  readonly symbol: string;
  /** The bars that the run reads, as they are written. */
  readonly bars: readonly Bar[];
  /** The actions that are to be applied. */
  readonly actions: readonly Action[];
  /** Codes of findings with which it may be stopped. */
  readonly mayStop: ReadonlySet<string>;
  /** Code of a finding with which it must be stopped. */
  readonly mustStop?: string;
  /** Codes of findings that must be there, if it is not stopped. */
  readonly reports: ReadonlySet<string>;
  readonly format: string;
}

/** A folder of bar files, and the truth about it. */
export interface FuzzCase {
  readonly config: Pick<RunInputDraft, 'interval' | 'from' | 'to' | 'adjust' | 'stamps'>;
  readonly rule: Rule;
  /** Times of all bars that the exchange's sessions have. */
  readonly slots: readonly number[];
  readonly symbols: readonly ExpectedSymbol[];
  readonly companies: readonly Company[];
  /** By symbol, if the universe says who was a member when. */
  readonly membership: ReadonlyMap<string, MemberSpan>;
  /** Text of the universe. */
  readonly universe: string;
  /** In the folder of bars. */
  readonly files: readonly WrittenFile[];
  /** The home's list of corporate actions; absent: none. */
  readonly homeActions: string | undefined;
}

const sessions: Sessions = nseSessions();

/** Draws a case: the same for the same seed and index. */
export function drawCase(seed: number, index: number): FuzzCase {
  const random = randomStream([seed, 'fuzz', index]);
  const kind = oneOf<Kind>(random, [...Array<Kind>(8).fill('1day'), '5minute', '1minute']);
  const interval = kind === '1day' ? '1day' : '5minute';
  const drawn = drawFormat(random, kind);
  const together = drawn.many === 'days' || (drawn.many !== 'no' && chance(random, 0.4));
  const days = drawDays(random, kind, drawn);
  // Some history before the run's first day, and some bars at or after its end.
  const from = days[random.integer(0, kind === '1day' ? 30 : days.length - 3)] ?? 0;
  const to = chance(random, 0.3) ? (days.at(-2) ?? 0) : (days.at(-1) ?? 0) + random.integer(1, 40);
  const isRead = (day: number): boolean => day >= from - (kind === '1day' ? 365 : 20) && day < to;

  const traded = chance(random, 0.6);
  const adjust = chance(random, 0.5) ? 'auto' : traded ? 'splits' : 'none';
  const endStamps = kind !== '1day' && chance(random, 0.25);
  const said = endStamps && chance(random, 0.8);
  const companies = drawCompanies(random, kind === '1day' ? random.integer(3, 5) : 3);
  const files: WrittenFile[] = [];
  const shared: Row[] = [];
  const truths: TrueSymbol[] = [];
  const symbols = companies.map((company, at): ExpectedSymbol => {
    const format = together || chance(random, 0.7) ? drawn : drawFormat(random, kind, true);
    const truth = drawSymbol(random, sessions, days, { kind, mayEndEarly: at === 0 });
    truths.push(truth);
    const bars = (traded ? truth.bars : adjustedForm(truth)).map(format.carry);
    const nameOn = drawNames(random, company, days);
    const planted = plantRows(random, bars, { kind, format, sessions, nameOn, isRead });
    const stamped = endStamps
      ? planted.rows.map((row) => ({ ...row, time: row.time + (kind === '5minute' ? 5 : 1) }))
      : planted.rows;
    if (together) shared.push(...stamped);
    else {
      const written = layOutAlone(random, format, stamped, {
        symbol: oneOf(random, company.names),
        interval,
      });
      files.push(...written);
      if (written.length > 1 || kind !== '1day')
        for (const code of format.leavesOpen) planted.mayStop.add(code);
    }
    if (adjust === 'auto' && truth.unclear)
      for (const code of ['unclear_adjustment', 'action_does_not_fit']) planted.mayStop.add(code);
    return {
      ...expectedOf(planted, kind, isRead),
      symbol: company.names.at(-1) ?? '',
      actions: traded ? truth.actions : [],
      ...(endStamps && !said ? { mustStop: 'end_stamps' } : {}),
      format: format.name,
    };
  });
  if (together) files.push(...layOutTogether(random, drawn, shared, interval));
  const spans = drawMembership(
    random,
    companies,
    days.filter((day) => from <= day && day < to),
  );
  const actions = actionFiles(random, companies, truths, sessions);
  return {
    config: {
      interval,
      from: isoDay(from),
      to: isoDay(to),
      adjust,
      ...(said ? { stamps: 'end' } : {}),
    },
    rule: drawRule(random, kind),
    slots: slotsOf(sessions, days.filter(isRead), interval),
    symbols,
    companies,
    membership: new Map(companies.map(({ names }, at) => [names.at(-1) ?? '', spans[at] ?? {}])),
    universe: universeText(random, companies, spans),
    files: [...files, ...actions.files, ...noise(random)],
    homeActions: actions.home,
  };
}

function drawFormat(random: Random, kind: Kind, alone = false): Format {
  for (;;) {
    const format = oneOf(random, WRITERS)(random, kind);
    if (format.kinds.includes(kind) && !(alone && format.many === 'days')) return format;
  }
}

/** Sessions in a row. */
function drawDays(random: Random, kind: Kind, { many }: Format): readonly number[] {
  const count =
    kind === '1day'
      ? random.integer(100, many === 'days' ? 120 : chance(random, 0.1) ? 600 : 220)
      : random.integer(3, kind === '5minute' ? 5 : 3);
  const first = random.integer(0, sessions.days.length - count);
  return sessions.days.slice(first, first + count);
}

function drawRule(random: Random, kind: Kind): Rule {
  const held = { horizon: random.integer(1, 12), entry: oneOf(random, ENTRIES) };
  const unit = kind === '1day' ? 0.01 : 0.001;
  if (chance(random, 0.5))
    return { label: 'horizon', ...held, threshold: oneOf(random, [-1, 0, 0.5, 1, 2]) * unit };
  const rule = { label: 'triple-barrier', ...held, threshold: oneOf(random, [0.5, 1, 2]) * unit } as const;
  return chance(random, 0.5) ? rule : { ...rule, lowerBarrier: 1.5 * unit };
}

/** The bars as a source writes that adjusts for all actions. */
function adjustedForm({ bars, actions }: TrueSymbol): Bar[] {
  return bars.map((bar) => {
    const factor = actions.reduce(
      (all, action) => (dayOf(bar.time) < action.day ? all * action.factor : all),
      1,
    );
    return {
      time: bar.time,
      open: bar.open / factor,
      high: bar.high / factor,
      low: bar.low / factor,
      close: bar.close / factor,
      volume: Math.round(bar.volume * factor),
    };
  });
}

function expectedOf(
  { bars, mayStop, reports }: PlantedRows,
  kind: Kind,
  isRead: (day: number) => boolean,
): Pick<ExpectedSymbol, 'bars' | 'mayStop' | 'reports'> {
  const read = bars.filter(({ time }) => isRead(dayOf(time)));
  return { bars: kind === '1minute' ? fiveMinutes(read) : read, mayStop, reports };
}

/** Files that are not of this run. */
function noise(random: Random): WrittenFile[] {
  if (chance(random, 0.6)) return [];
  const text = `date,open,high,low,close,volume\n${isoDay(sessions.days[0] ?? 0)},1,1,1,1,1\n`;
  return [
    { name: 'README.txt', bytes: Buffer.from('Bars of some shares\n') },
    { name: 'NIFTY 50.csv', bytes: Buffer.from(text) },
    { name: 'notes.pdf', bytes: Buffer.from('%PDF-1.4') },
  ];
}
