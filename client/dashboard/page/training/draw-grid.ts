import type { GridAnswer } from '../../contract/training.js';
import { OUTCOMES } from '../../contract/training.js';

/** A window's place in the grid. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

/** Size of a cell in pixels. */
export const CELL = { width: 26, height: 12 } as const;
/** Room for the symbols to the left and the cohorts above. */
export const LABELS = { width: 116, height: 74 } as const;

/** What is seen of the grid. */
export interface GridPort {
  readonly width: number;
  readonly height: number;
  /** Pixels of the grid that are scrolled out of sight. */
  readonly left: number;
  readonly top: number;
  readonly pointed: GridPlace | undefined;
}

/** Draws the cells that are in sight: as many as fit, however many there are. */
export function drawGrid(canvas: HTMLCanvasElement, grid: GridAnswer, port: GridPort): void {
  const scale = devicePixelRatio;
  canvas.width = Math.round(port.width * scale);
  canvas.height = Math.round(port.height * scale);
  canvas.style.width = `${port.width}px`;
  canvas.style.height = `${port.height}px`;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const style = getComputedStyle(canvas);
  const colour = (name: string): string => style.getPropertyValue(name);
  context.scale(scale, scale);
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const firstRow = Math.floor(port.top / CELL.height);
  const rows = Math.ceil(port.height / CELL.height) + 1;
  const firstColumn = Math.floor(port.left / CELL.width);
  const columns = Math.ceil(port.width / CELL.width) + 1;
  const x = (column: number): number => LABELS.width + column * CELL.width - port.left;
  const y = (row: number): number => LABELS.height + row * CELL.height - port.top;
  for (let row = firstRow; row < Math.min(firstRow + rows, grid.symbols.length); row += 1)
    for (let column = firstColumn; column < Math.min(firstColumn + columns, grid.cohorts.length); column += 1)
      drawCell(context, grid.cells[row * grid.cohorts.length + column] ?? '', x(column), y(row), colour);
  if (port.pointed !== undefined) {
    context.strokeStyle = colour('--ink');
    context.lineWidth = 2;
    context.strokeRect(x(port.pointed.column), y(port.pointed.row), CELL.width, CELL.height);
  }
  drawLabels(context, grid, port, { x, y, firstRow, rows, firstColumn, columns }, colour);
}

function drawCell(
  context: CanvasRenderingContext2D,
  cell: string,
  left: number,
  top: number,
  colour: (name: string) => string,
): void {
  const [width, height] = [CELL.width - 2, CELL.height - 2];
  switch (cell) {
    case OUTCOMES.succeeded:
      context.fillStyle = colour('--good');
      context.fillRect(left + 1, top + 1, width, height);
      return;
    case OUTCOMES.failed:
      context.fillStyle = colour('--bad');
      context.fillRect(left + 1, top + 1, width, height);
      context.strokeStyle = colour('--paper');
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(left + 9, top + 3);
      context.lineTo(left + CELL.width - 9, top + CELL.height - 3);
      context.moveTo(left + CELL.width - 9, top + 3);
      context.lineTo(left + 9, top + CELL.height - 3);
      context.stroke();
      return;
    case OUTCOMES.skipped:
      context.strokeStyle = colour('--reference');
      context.lineWidth = 1;
      context.strokeRect(left + 1.5, top + 1.5, width - 1, height - 1);
      return;
    case OUTCOMES.waiting:
      context.fillStyle = colour('--reference');
      context.fillRect(left + CELL.width / 2 - 2, top + CELL.height / 2 - 2, 4, 4);
      return;
  }
}

function drawLabels(
  context: CanvasRenderingContext2D,
  grid: GridAnswer,
  port: GridPort,
  sight: {
    readonly x: (column: number) => number;
    readonly y: (row: number) => number;
    readonly firstRow: number;
    readonly rows: number;
    readonly firstColumn: number;
    readonly columns: number;
  },
  colour: (name: string) => string,
): void {
  context.fillStyle = colour('--paper');
  context.fillRect(0, 0, LABELS.width, port.height);
  context.fillRect(0, 0, port.width, LABELS.height);
  context.fillStyle = colour('--ink-2');
  for (let row = sight.firstRow; row < Math.min(sight.firstRow + sight.rows, grid.symbols.length); row += 1) {
    const middle = sight.y(row) + CELL.height / 2;
    if (middle > LABELS.height) context.fillText((grid.symbols[row] ?? '').slice(0, 16), 2, middle);
  }
  for (
    let column = sight.firstColumn;
    column < Math.min(sight.firstColumn + sight.columns, grid.cohorts.length);
    column += 1
  ) {
    const left = sight.x(column) + CELL.width / 2;
    if (left < LABELS.width) continue;
    context.save();
    context.translate(left, LABELS.height - 6);
    context.rotate(-Math.PI / 2);
    context.fillText((grid.cohorts[column] ?? '').slice(0, 10), 0, 0);
    context.restore();
  }
}

/**
 * The window under a point, undefined beside the cells.
 *
 * @param x Pixels from the left of the grid, what is scrolled out of sight included.
 * @param y Likewise from the top.
 */
export function placeAt(
  grid: GridAnswer,
  x: number,
  y: number,
  scrolled: { readonly left: number; readonly top: number },
): GridPlace | undefined {
  if (x - scrolled.left < LABELS.width || y - scrolled.top < LABELS.height) return undefined;
  const column = Math.floor((x - LABELS.width) / CELL.width);
  const row = Math.floor((y - LABELS.height) / CELL.height);
  const inside = column < grid.cohorts.length && row < grid.symbols.length;
  return inside ? { row, column } : undefined;
}
