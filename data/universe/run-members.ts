import { InvalidInputError } from '../errors.js';
import type { Finding, MembershipSpan } from '../schemas/ingest.js';
import type { Membership } from '../schemas/run-choices.js';
import type { RunInput } from '../schemas/run-input.js';
import type { MembershipHistory, Universe, UniverseMember } from '../schemas/universe.js';
import type { Home } from '../store/home.js';
import { loadAliases } from '../symbols/symbol-aliases.js';
import { addDays } from '../time/dates.js';
import { isMemberWithin, spansOf } from './membership.js';
import { completed, loadUniverse, selectSymbols } from './universe.js';

interface Deps {
  readonly packageRoot: string;
  /** For its symbol master: a universe may say former symbols. Absent: the project's own is all there is. */
  readonly home?: Home;
}

/** The universe of a run whose membership is settled. */
export interface RunUniverse {
  /** `members`: everyone who may be in the run, under the newest symbols, sorted. */
  readonly universe: Universe;
  /** When a symbol was a member; undefined: it counts as one at every date. */
  readonly membershipOf: (symbol: string) => readonly MembershipSpan[] | undefined;
  /** The industry of a symbol's company; undefined where the universe does not state one. */
  readonly sectorOf: (symbol: string) => string | undefined;
  /** Members by symbols of any time, under the symbols that are asked for. @throws InvalidInputError for unknown ones. */
  readonly select: (symbols: readonly string[]) => UniverseMember[];
  /** About the universe as a whole: former symbols in it, and dates of which its members are not known. */
  readonly findings: readonly Finding[];
}

/** Who takes part in a run. */
export interface RunMembers {
  readonly membership: Membership;
  /** Sorted by symbol: of a point-in-time universe everyone who was a member on a day of the run. */
  readonly members: readonly UniverseMember[];
  /** Former symbols that the user named, by the newest ones that are used for them. */
  readonly renamed: ReadonlyMap<string, string>;
}

type MembersInput = Pick<RunInput, 'universe' | 'symbols' | 'from' | 'to' | 'source' | 'membership'>;

/**
 * Settles who takes part in a run. Point-in-time is the default of real sources for a universe whose members of every
 * date are known, and of every universe of a user with dates; symbols that the user names, and universes without
 * dates, are taken as given. The result settles as itself.
 *
 * @throws InvalidInputError for a wrong universe, unknown symbols, or a membership that nobody knows.
 */
export async function settleMembers(input: MembersInput, deps: Deps): Promise<RunMembers> {
  const { universe, history, newest } = await openUniverse(input.universe, deps);
  const membership = input.membership ?? defaultMembership(input, history);
  if (membership === 'point-in-time' && history === undefined)
    throw new InvalidInputError([
      `membership: the universe ${universe.name} does not say who was a member when: give it the columns from and to, or take today`,
    ]);
  const everyone = { ...universe, members: everyoneOf(universe) };
  if (input.symbols !== undefined) {
    const renamed = new Map(
      input.symbols.map((symbol) => [symbol, newest(symbol)] as const).filter(([was, is]) => was !== is),
    );
    return { membership, members: selectSymbols(everyone, input.symbols.map(newest)), renamed };
  }
  const spansOfMember = ({ symbol }: UniverseMember): readonly MembershipSpan[] =>
    history?.spans.get(symbol) ?? [];
  const members =
    membership === 'point-in-time'
      ? everyone.members.filter((member) => isMemberWithin(spansOfMember(member), input.from, input.to))
      : universe.members.filter(
          // Of a file with dates, the members of today are those whose dates have no end.
          (member) => history?.known !== null || spansOfMember(member).some(({ to }) => to === null),
        );
  if (members.length === 0)
    throw new InvalidInputError([
      membership === 'today'
        ? `universe: ${universe.name} has no member of today: all of its dates end`
        : `universe: ${universe.name} has no member from ${input.from} to ${input.to}`,
    ]);
  return { membership, members, renamed: new Map() };
}

function defaultMembership(
  { symbols, source }: Pick<RunInput, 'symbols' | 'source'>,
  history: MembershipHistory | undefined,
): Membership {
  if (history === undefined) return 'today';
  if (history.known === null) return 'point-in-time';
  return symbols !== undefined || source === 'synthetic' ? 'today' : 'point-in-time';
}

/**
 * Opens the universe of a run whose membership is settled; a run without one is from before there were memberships, and
 * its members are those of today.
 *
 * @throws InvalidInputError for a wrong universe.
 */
export async function openRunUniverse(
  { universe: name, membership, from, to }: Pick<RunInput, 'universe' | 'membership' | 'from' | 'to'>,
  deps: Deps,
): Promise<RunUniverse> {
  const { universe, history, newest, renamed } = await openUniverse(name, deps);
  const everyone = { ...universe, members: everyoneOf(universe) };
  const spans = membership === 'point-in-time' ? history?.spans : undefined;
  const sectors = new Map(everyone.members.map(({ symbol, industry }) => [symbol, industry ?? undefined]));
  return {
    universe: everyone,
    sectorOf: (symbol) => sectors.get(newest(symbol)),
    membershipOf: (symbol) => (spans === undefined ? undefined : (spans.get(newest(symbol)) ?? [])),
    select: (symbols) => {
      const asked = new Map(symbols.map((symbol) => [newest(symbol), symbol]));
      return selectSymbols(everyone, [...asked.keys()]).map((member) => ({
        ...member,
        symbol: asked.get(member.symbol) ?? member.symbol,
      }));
    },
    findings: [
      ...renamedFinding(universe.name, renamed),
      ...(spans === undefined ? [] : edgeFindings(universe, history?.known ?? null, { from, to })),
    ],
  };
}

/** A universe under the newest symbols of its members. */
async function openUniverse(
  nameOrPath: string,
  deps: Deps,
): Promise<{
  readonly universe: Universe;
  readonly history: MembershipHistory | undefined;
  readonly newest: (symbol: string) => string;
  readonly renamed: ReadonlyMap<string, string>;
}> {
  const universe = await loadUniverse(nameOrPath, deps.packageRoot);
  const { newest } = await loadAliases(deps);
  const renamed = new Map<string, string>();
  const underNewest = (members: readonly UniverseMember[]): UniverseMember[] => {
    const bySymbol = new Map<string, UniverseMember>();
    for (const member of members) {
      const symbol = newest(member.symbol);
      if (symbol !== member.symbol) renamed.set(member.symbol, symbol);
      const known = bySymbol.get(symbol);
      bySymbol.set(symbol, { ...(known === undefined ? member : completed(known, member)), symbol });
    }
    return [...bySymbol.values()].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
  };
  const members = underNewest(universe.members);
  if (universe.history === undefined)
    return { universe: { name: universe.name, members }, history: undefined, newest, renamed };
  const rows = [...universe.history.spans].flatMap(([symbol, spans]) =>
    spans.map((span) => ({ symbol: newest(symbol), ...span })),
  );
  const listed = new Set(members.map(({ symbol }) => symbol));
  const history = {
    ...universe.history,
    spans: spansOf(rows),
    others: underNewest(universe.history.others).filter(({ symbol }) => !listed.has(symbol)),
  };
  return { universe: { name: universe.name, members, history }, history, newest, renamed };
}

function everyoneOf({ members, history }: Universe): UniverseMember[] {
  return [...members, ...(history?.others ?? [])].sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

function renamedFinding(universe: string, renamed: ReadonlyMap<string, string>): Finding[] {
  if (renamed.size === 0) return [];
  const message = `universe ${universe}: ${describeRenamed(renamed)}`;
  return [{ severity: 'info', code: 'former_symbols', message }];
}

/** Former symbols and what they are today: `ZOMATO is ETERNAL today, and is treated as such`. */
export function describeRenamed(renamed: ReadonlyMap<string, string>): string {
  const names = [...renamed].map(([was, is]) => `${was} is ${is}`).join(', ');
  return `${names} today, and treated as such`;
}

function edgeFindings(
  { name }: Universe,
  known: MembershipHistory['known'],
  { from, to }: Pick<RunInput, 'from' | 'to'>,
): Finding[] {
  if (known === null) return [];
  const warning = (message: string): Finding => ({ severity: 'warning', code: 'unknown_members', message });
  return [
    ...(from < known.from
      ? [
          warning(
            `the members of ${name} are known from ${known.from} on: before, those of that day are taken`,
          ),
        ]
      : []),
    ...(to > addDays(known.until, 1)
      ? [
          warning(
            `the last known change of ${name} is that of ${known.until}: later ones are not taken into account`,
          ),
        ]
      : []),
  ];
}
