/** One name of a path that we make: plain ASCII, so that no two spellings mean the same file. */
const NAME_PATTERN = /^[A-Za-z0-9&._-]{1,200}$/;
const LONGEST = 1000;

/** Whether a text can be one name of a path: neither a step up, nor a separator, nor an odd character. */
export function isFileName(text: string): boolean {
  return NAME_PATTERN.test(text) && text !== '.' && text !== '..';
}

/** Whether a text is a path that stays below the folder it starts from, with forward slashes. */
export function isRelativePath(text: string): boolean {
  return text.length <= LONGEST && text.split('/').every(isFileName);
}
