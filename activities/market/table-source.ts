import type { LabelRule } from '../../data/schemas/label-rule.js';
import type { SymbolPart } from './features/symbol-part.js';
import type { Membership } from './membership.js';
import type { Sectors } from './sectors.js';

/** What a feature table is built from, symbol by symbol. */
export interface TableSource {
  /** Everything the table depends on, except for the program's code. */
  readonly of: Readonly<Record<string, unknown>>;
  /** In order, each once. */
  readonly symbols: readonly string[];
  readonly rule: LabelRule;
  readonly membership: Membership;
  /** Sector of each symbol; those without one are not listed. */
  readonly sectors: Sectors;
  /**
   * @param place Index of the symbol.
   * @throws GurukulError ChecksumMismatch when its series is not the one recorded.
   */
  part(place: number): Promise<SymbolPart>;
}
