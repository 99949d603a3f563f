/** Set by `npm run test:full`. */
const VARIABLE = 'GURUKUL_FULL_TESTS';

/**
 * Cases of one kind, of which `npm test` tries some and `npm run test:full` all: each takes long, and the others show the
 * same of another place.
 */
export function casesOf<Case>(usual: readonly Case[], others: readonly Case[]): readonly Case[] {
  return process.env[VARIABLE] === '1' ? [...usual, ...others] : usual;
}
