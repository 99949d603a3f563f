/**
 * The one place that escapes text on its way out, to a terminal, a Markdown file or an html page. Names of files,
 * cells of CSV files, records and what people typed may hold anything: a line break would begin a line that
 * looks like the program's own, ESC and C1 characters command the terminal, and bidirectional and zero-width
 * characters show another text than the one that is there.
 */

/** Control (C0, DEL, C1), format (bidirectional, zero-width), separators of lines, lone surrogates, all that is invisible. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text as one line that shows what is in it: every unsafe character becomes an escape, such as `\n` or `\u001b`.
 * The escapes are those of JSON, so JSON stays valid and means the same. Escaping twice changes nothing.
 */
export function safeText(text: string): string {
  return text.replaceAll(
    UNSAFE,
    (character) =>
      SHORT[character] ??
      // A character outside the basic plane has two units.
      Array.from({ length: character.length }, (_, at) => unitEscape(character.charCodeAt(at))).join(''),
  );
}

/** {@link safeText} of each line of a text that the program composed; its line breaks stay. */
export function safeLines(text: string): string {
  return text.split('\n').map(safeText).join('\n');
}

/**
 * The lines of an error's message. All but the first are indented, so that no text that an error quotes begins
 * a line of the program's own.
 */
export function messageLines(message: string): string[] {
  const [first = '', ...others] = message.split('\n');
  return [first, ...others.map((line) => `  ${line}`)];
}

/** An error's message as it may be printed: {@link messageLines}, escaped. */
export function safeMessage(message: string): string {
  return messageLines(message).map(safeText).join('\n');
}

/** {@link safeText} for a Markdown file: what it holds is shown as it is, and makes no markup, link or table cell. */
export function markdownText(text: string): string {
  return safeText(text).replaceAll(/[\\`*[\]<>|]/g, '\\$&');
}

function unitEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
