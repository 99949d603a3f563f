/** A fenced block of code. */
export interface CodeBlock {
  /** All of what follows the opening fence: `sh run exit=1`. */
  readonly info: string;
  readonly code: string;
  /** Line of its first line of code, from 1. */
  readonly line: number;
}

const FENCE = /^( *)```(.*)$/;

/** The fenced blocks of a Markdown text, in order; indented ones, as in a list, without their indent. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { readonly info: string; readonly indent: number; readonly line: number } | undefined;
  let code: string[] = [];
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = FENCE.exec(line);
    if (open === undefined) {
      if (fence !== null)
        open = { info: (fence[2] ?? '').trim(), indent: fence[1]?.length ?? 0, line: index + 2 };
      code = [];
    } else if (fence !== null && fence[2] === '') {
      blocks.push({ info: open.info, code: code.join('\n'), line: open.line });
      open = undefined;
    } else {
      code.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    }
  }
  if (open !== undefined) throw new Error(`a block of code that begins in line ${open.line} has no end`);
  return blocks;
}

/** The text without its fenced blocks, whose lines are left empty. */
export function withoutCode(markdown: string): string {
  let inside = false;
  return markdown
    .split('\n')
    .map((line) => {
      const fence = FENCE.test(line);
      if (fence) inside = !inside;
      return fence || inside ? '' : line;
    })
    .join('\n');
}

/** A table with cells that may hold `|`. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What GitHub makes of a heading's text for links to it. */
export function anchorOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
}
