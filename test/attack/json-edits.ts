import type { Random } from '../../data/random.js';
import { oneOf } from './kind.js';

type Leaf = string | number | boolean | null;
type Place = readonly (string | number)[];

/** A JSON value with one random leaf changed, be it in the last digit; undefined if it has no leaf. */
export function editLeaf(value: unknown, random: Random): unknown {
  const places = leavesOf(value, () => true);
  return places.length === 0
    ? undefined
    : changedAt(value, oneOf(random, places), (leaf) => otherLeaf(leaf, random));
}

/** A JSON value with one random number changed by more than rounding; undefined if it has no number. */
export function editFigure(value: unknown, random: Random): unknown {
  const places = leavesOf(value, (leaf) => typeof leaf === 'number');
  return places.length === 0
    ? undefined
    : changedAt(
        value,
        oneOf(random, places),
        (leaf) => Number(leaf) + oneOf(random, [1, -1, 0.001, -0.0001]),
      );
}

function leavesOf(value: unknown, isOne: (leaf: Leaf) => boolean): Place[] {
  if (isLeaf(value)) return isOne(value) ? [[]] : [];
  return Object.entries(value ?? {}).flatMap(([key, inner]: [string, unknown]) =>
    leavesOf(inner, isOne).map((place) => [key, ...place]),
  );
}

function changedAt(value: unknown, [key, ...rest]: Place, change: (leaf: Leaf) => Leaf): unknown {
  if (key === undefined) return isLeaf(value) ? change(value) : value;
  if (Array.isArray(value))
    return value.map((inner: unknown, i) => (i === Number(key) ? changedAt(inner, rest, change) : inner));
  return Object.fromEntries(
    Object.entries(value ?? {}).map(([name, inner]: [string, unknown]) => [
      name,
      name === key ? changedAt(inner, rest, change) : inner,
    ]),
  );
}

function otherLeaf(leaf: Leaf, random: Random): Leaf {
  if (typeof leaf === 'boolean') return !leaf;
  if (leaf === null) return random.integer(0, 9);
  if (typeof leaf === 'string')
    return oneOf(
      random,
      [`${leaf}x`, '', leaf.slice(1), `x${leaf}`].filter((text) => text !== leaf),
    );
  const others = [leaf + 1, leaf * 1.000001, leaf * (1 + 2 ** -40), -leaf, leaf / 2, leaf + 0.001];
  return oneOf(
    random,
    others.filter((number) => number !== leaf),
  );
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
