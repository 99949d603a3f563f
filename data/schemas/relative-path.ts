/** One segment of a path that the program creates: plain ASCII, so that no two spellings mean the same file. */
const NAME_PATTERN = /^[A-Za-z0-9&._-]{1,200}$/;
const MAX_LENGTH = 1000;

/** Whether a text can be one segment of a path: no `..`, no separator, no unusual character. */
export function isFileName(text: string): boolean {
  return NAME_PATTERN.test(text) && text !== '.' && text !== '..';
}

/** Whether a text is a relative path that stays below its starting folder, with forward slashes. */
export function isRelativePath(text: string): boolean {
  return text.length <= MAX_LENGTH && text.split('/').every(isFileName);
}
