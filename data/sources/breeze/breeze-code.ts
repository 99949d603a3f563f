import type { UniverseMember } from '../../schemas/universe.js';
import type { SymbolMaster } from '../../symbols/symbol-master.js';

/** A member with ICICI Direct's code: the one in the universe, or the one in the symbol master. */
export function withBreezeCode(member: UniverseMember, master: SymbolMaster): UniverseMember {
  return { ...member, isecCode: member.isecCode ?? master.isecCode(member.symbol) };
}

/** Breeze's code of a symbol, or why it is unknown. */
export function breezeCodeOf({
  symbol,
  isecCode,
}: Pick<UniverseMember, 'symbol' | 'isecCode'>): { readonly code: string } | { readonly problem: string } {
  if (isecCode !== null) return { code: isecCode };
  return {
    problem: `${symbol}: its code at ICICI Direct is not known. Run gurukul symbols refresh, or add a column isec_code to the universe`,
  };
}
