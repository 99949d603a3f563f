/** Texts that a POSIX shell reads as one word without quotes. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * Quotes a text for a POSIX shell, if that is needed: for commands in messages, which people copy. A path with a
 * space stays one argument.
 */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
