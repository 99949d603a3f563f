import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';

import type { GridAnswer, Outcome } from '../../contract/training.js';
import { OUTCOMES } from '../../contract/training.js';
import { countText } from '../../figures/texts.js';
import { Figure } from '../charts/figure.js';
import { useAnswer } from '../state/use-answer.js';
import { showView } from '../state/view.js';
import type { GridPlace } from './draw-grid.js';
import { CELL, LABELS, drawGrid, placeAt } from './draw-grid.js';

const HEIGHT = 360;
const NAMES: Readonly<Record<string, Outcome>> = Object.fromEntries(
  Object.entries(OUTCOMES).flatMap(([name, letter]) => (isOutcome(name) ? [[letter, name]] : [])),
);

function isOutcome(name: string): name is Outcome {
  return name in OUTCOMES;
}

/** All windows of a run, a row a symbol and a column a cohort; one is opened by click or Enter. */
export function WindowGrid({
  runId,
  live,
}: {
  readonly runId: string;
  readonly live: boolean;
}): ComponentChildren {
  const { answer } = useAnswer<GridAnswer>(`/api/runs/${runId}/grid`, live ? 1_000 : 10_000);
  const reasons = useMemo(() => new Map(answer?.reasonOf ?? []), [answer]);
  if (answer === undefined) return null;
  const reasonAt = (cell: number): string => answer.reasons[reasons.get(cell) ?? -1] ?? '';
  return (
    <Figure name="Windows" summary={summaryOf(answer)} table={() => tableOf(answer, reasonAt)}>
      <Canvas grid={answer} reasonAt={reasonAt} />
      <Legend />
    </Figure>
  );
}

function Canvas({
  grid,
  reasonAt,
}: {
  readonly grid: GridAnswer;
  readonly reasonAt: (cell: number) => string;
}): ComponentChildren {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<GridPlace | undefined>(undefined);
  const [scroll, setScroll] = useState({ left: 0, top: 0 });
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const resize = new ResizeObserver(() => setWidth(element.clientWidth));
    resize.observe(element);
    return () => resize.disconnect();
  }, []);
  const full = {
    width: LABELS.width + grid.cohorts.length * CELL.width,
    height: LABELS.height + grid.symbols.length * CELL.height,
  };
  const height = Math.min(HEIGHT, full.height + 2);
  useEffect(() => {
    if (canvas.current !== null) drawGrid(canvas.current, grid, { width, height, ...scroll, pointed });
  }, [grid, width, height, scroll, pointed]);
  const open = (place: GridPlace | undefined): void => {
    if (place !== undefined) showView({ params: { window: windowOf(grid, place), windowBefore: '' } });
  };
  const move = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') return open(pointed);
    const next = movedBy(event.key, pointed, grid);
    if (next === undefined) return;
    event.preventDefault();
    setPointed(next);
    scrollTo(box.current, next);
  };
  const point = (event: MouseEvent): GridPlace | undefined => {
    const area = canvas.current?.getBoundingClientRect();
    return area === undefined
      ? undefined
      : placeAt(grid, event.clientX - area.left + scroll.left, event.clientY - area.top + scroll.top, scroll);
  };
  return (
    <>
      <div
        ref={box}
        class="grid"
        role="application"
        aria-roledescription="grid of windows"
        aria-label="Windows: arrow keys move, Enter opens"
        tabIndex={0}
        style={{ height: `${height}px` }}
        onScroll={({ currentTarget }) =>
          setScroll({ left: currentTarget.scrollLeft, top: currentTarget.scrollTop })
        }
        onKeyDown={move}
        onMouseMove={(event) => setPointed(point(event))}
        onClick={(event) => open(point(event))}
      >
        <canvas ref={canvas} aria-hidden="true" />
        <div class="size" style={{ width: `${full.width}px`, height: `${full.height - height}px` }} />
      </div>
      <output class="readout" data-testid="window">
        {pointed === undefined
          ? 'Point at a window, or use the arrow keys.'
          : describe(grid, pointed, reasonAt)}
      </output>
    </>
  );
}

function Legend(): ComponentChildren {
  return (
    <ul class="legend" aria-label="Colours and marks">
      <li class="mark succeeded">succeeded</li>
      <li class="mark waiting">waiting</li>
      <li class="mark skipped">skipped</li>
      <li class="mark failed">failed</li>
    </ul>
  );
}

function describe(grid: GridAnswer, place: GridPlace, reasonAt: (cell: number) => string): string {
  const cell = place.row * grid.cohorts.length + place.column;
  const reason = reasonAt(cell);
  return `${windowOf(grid, place)}: ${outcomeAt(grid, cell)}${reason === '' ? '' : `, ${reason}`}`;
}

function windowOf({ symbols, cohorts }: GridAnswer, { row, column }: GridPlace): string {
  return `${symbols[row] ?? ''}_${cohorts[column] ?? ''}`;
}

function outcomeAt({ cells }: GridAnswer, cell: number): Outcome {
  return NAMES[cells[cell] ?? ''] ?? 'absent';
}

/** Where a key leads; undefined where it means nothing here. */
function movedBy(key: string, from: GridPlace | undefined, grid: GridAnswer): GridPlace | undefined {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    PageUp: [-20, 0],
    PageDown: [20, 0],
    Home: [-Infinity, 0],
    End: [Infinity, 0],
  };
  const step = steps[key];
  if (step === undefined || grid.symbols.length === 0) return undefined;
  if (from === undefined) return { row: 0, column: 0 };
  const within = (value: number, length: number): number => Math.min(Math.max(value, 0), length - 1);
  return {
    row: within(from.row + step[0], grid.symbols.length),
    column: within(from.column + step[1], grid.cohorts.length),
  };
}

function scrollTo(box: HTMLElement | null, { row, column }: GridPlace): void {
  if (box === null) return;
  const top = row * CELL.height;
  const left = column * CELL.width;
  const visible = { height: box.clientHeight - LABELS.height, width: box.clientWidth - LABELS.width };
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + CELL.height > box.scrollTop + visible.height)
    box.scrollTop = top + CELL.height - visible.height;
  if (left < box.scrollLeft) box.scrollLeft = left;
  else if (left + CELL.width > box.scrollLeft + visible.width)
    box.scrollLeft = left + CELL.width - visible.width;
}

function summaryOf({ cells, symbols, cohorts }: GridAnswer): string {
  const counts = new Map<string, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const parts = (['succeeded', 'waiting', 'skipped', 'failed'] as const).flatMap((name) => {
    const count = counts.get(OUTCOMES[name]) ?? 0;
    return count === 0 ? [] : [`${countText(count)} ${name}`];
  });
  return `${countText(symbols.length)} symbols in ${countText(cohorts.length)} cohorts: ${parts.join(', ')}.`;
}

/** The windows that did not succeed; the others are named by their number in the summary. */
function tableOf(
  grid: GridAnswer,
  reasonAt: (cell: number) => string,
): { columns: string[]; rows: string[][] } {
  const rows = grid.reasonOf.slice(0, 1_000).map(([cell]) => {
    const place = { row: Math.floor(cell / grid.cohorts.length), column: cell % grid.cohorts.length };
    return [windowOf(grid, place), outcomeAt(grid, cell), reasonAt(cell)];
  });
  return { columns: ['window that did not succeed', 'outcome', 'reason'], rows };
}
