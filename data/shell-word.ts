/** What a POSIX shell reads as one word without quotes. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * A text as one word of a shell, for commands that a person copies from a message: quoted where it must be, so
 * that a path with a space stays one argument.
 */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
