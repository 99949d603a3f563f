import type { CrossSectionalFigures } from '../features/symbol-part.js';
import type { SessionFigures } from '../ranking/sessions.js';
import { ArrayFile } from './array-file.js';

type Figure = keyof CrossSectionalFigures;

/** In the order of the file. */
const FIGURES: readonly Figure[] = ['return1', 'return5', 'return20', 'volatility20', 'rsi14'];

/**
 * Figures of every symbol that only the comparison of symbols needs, in a file: in memory they would take a third of
 * what the rest of a table does.
 */
export class ScratchFigures {
  readonly #file: ArrayFile;
  /** By symbol. */
  readonly #places: { readonly start: number; readonly rows: number; readonly sessions: number }[] = [];
  #end = 0;

  constructor(path: string) {
    this.#file = new ArrayFile(path, 'wx+');
  }

  /** Adds the next symbol. */
  add(figures: CrossSectionalFigures, sessions: SessionFigures): void {
    this.#places.push({
      start: this.#end,
      rows: figures.return1.length,
      sessions: sessions.return1.length,
    });
    for (const figure of FIGURES) this.#write(figures[figure]);
    this.#write(sessions.return1);
    this.#write(sessions.volatility);
    this.#write(sessions.tradedValue);
  }

  figure(symbol: number, figure: Figure): Float64Array {
    const { start, rows } = this.#placeOf(symbol);
    return this.#file.read(start + 8 * rows * FIGURES.indexOf(figure), new Float64Array(rows));
  }

  figures(symbol: number): CrossSectionalFigures {
    const of = (figure: Figure): Float64Array => this.figure(symbol, figure);
    return {
      return1: of('return1'),
      return5: of('return5'),
      return20: of('return20'),
      volatility20: of('volatility20'),
      rsi14: of('rsi14'),
    };
  }

  /** Log returns of a symbol's sessions. */
  sessionReturns(symbol: number): Float64Array {
    const { start, rows, sessions } = this.#placeOf(symbol);
    return this.#file.read(start + 8 * rows * FIGURES.length, new Float64Array(sessions));
  }

  /** @param time Of the sessions, which is not kept here. */
  sessions(symbol: number, time: Int32Array): SessionFigures {
    const { start, rows, sessions } = this.#placeOf(symbol);
    const after = start + 8 * (rows * FIGURES.length + sessions);
    return {
      time,
      return1: this.sessionReturns(symbol),
      volatility: this.#file.read(after, new Float32Array(sessions)),
      tradedValue: this.#file.read(after + 4 * sessions, new Float32Array(sessions)),
    };
  }

  close(): void {
    this.#file.close();
  }

  #placeOf(symbol: number): { readonly start: number; readonly rows: number; readonly sessions: number } {
    const place = this.#places[symbol];
    if (place === undefined) throw new RangeError(`there are no figures of symbol ${symbol}`);
    return place;
  }

  #write(values: Float64Array | Float32Array): void {
    this.#file.write(this.#end, values);
    this.#end += values.byteLength;
  }
}
