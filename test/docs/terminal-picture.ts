/** What a terminal showed of a run: lines that stayed, and states of the progress bar between them. */
export interface Recording {
  readonly before: readonly string[];
  readonly frames: readonly Frame[];
  readonly after: readonly string[];
}

/** One state of the progress bar. */
export interface Frame {
  readonly phase: string;
  /** Share that is done, from 0 to 1. */
  readonly share: number;
  readonly text: string;
}

const FRAME = /^(\w+) +([█░]+) +\d+% ?(.*)$/;

const CONTROL = /\x1b(?:\[[0-9;?]*[A-Za-z]|[78])/g;

/** Reads a recording of `script`: control sequences separate the states of the bar. */
export function readRecording(typescript: string): Recording {
  const pieces = typescript
    .replace(/^Script started.*\n/, '')
    .replace(/\nScript done[^]*$/, '')
    .replaceAll(CONTROL, '\n')
    .split(/[\r\n]+/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !line.startsWith('> '));
  const [before, after]: [string[], string[]] = [[], []];
  const frames: Frame[] = [];
  for (const piece of pieces) {
    const [, phase, bar, text] = FRAME.exec(piece) ?? [];
    if (phase !== undefined && bar !== undefined)
      frames.push({ phase, share: (bar.match(/█/g) ?? []).length / bar.length, text: text ?? '' });
    else (frames.length === 0 ? before : after).push(piece);
  }
  return { before, frames, after };
}

const COLUMNS = 150;
const CELL = 7.25;
const LINE = 18;
const PAD = 14;
const HOLD = { frame: 0.9, end: 7 };
const BAR = { from: 10, cells: 24 };

/**
 * A terminal as an SVG: the states of the bar one after the other, then the result. Where it is not animated,
 * the result is shown.
 */
export function drawRecording({ before, frames, after }: Recording, command: string): string {
  const start = [`$ ${command}`, ...before];
  const rows = start.length + Math.max(1, after.length);
  const [width, height] = [Math.ceil(COLUMNS * CELL + 2 * PAD), rows * LINE + 2 * PAD];
  const seconds = frames.length * HOLD.frame + HOLD.end;
  const shown = (from: number, to: number): string =>
    `<animate attributeName="opacity" calcMode="discrete" dur="${seconds.toFixed(1)}s" repeatCount="indefinite" ` +
    `keyTimes="${[0, from, to].map((at) => (at / seconds).toFixed(4)).join(';')}" values="0;1;0"/>`;
  const states = frames.map((frame, index) =>
    [
      `<g opacity="0">${shown(index * HOLD.frame, (index + 1) * HOLD.frame)}`,
      ...frameParts(frame, start.length),
      '</g>',
    ].join(''),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="12" fill="#d6deeb">`,
    `<title>${escaped(`${command}: a progress bar, then the result of the run`)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0f1720"/>`,
    ...start.map((line, row) => textAt(0, row, line, row === 0 ? '#ffffff' : undefined)),
    ...states,
    `<g>${shown(frames.length * HOLD.frame, seconds)}`,
    ...after.map((line, row) => textAt(0, start.length + row, line)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function frameParts({ phase, share, text }: Frame, row: number): string[] {
  const [x, y] = [PAD + BAR.from * CELL, PAD + row * LINE + 3];
  const bar = (cells: number, fill: string): string =>
    `<rect x="${x.toFixed(1)}" y="${y}" width="${(cells * CELL).toFixed(1)}" height="11" fill="${fill}"/>`;
  return [
    textAt(0, row, phase),
    bar(BAR.cells, '#2b3a4a'),
    bar(BAR.cells * share, '#5fb3a1'),
    textAt(BAR.from + BAR.cells + 1, row, `${Math.round(100 * share)}% ${text}`),
  ];
}

function textAt(column: number, row: number, text: string, fill?: string): string {
  const fits = text.length + column > COLUMNS ? `${text.slice(0, COLUMNS - column - 1)}…` : text;
  const [x, y] = [(PAD + column * CELL).toFixed(1), PAD + row * LINE + 13];
  return `<text x="${x}" y="${y}" xml:space="preserve" textLength="${(fits.length * CELL).toFixed(1)}"${fill === undefined ? '' : ` fill="${fill}"`}>${escaped(fits)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
