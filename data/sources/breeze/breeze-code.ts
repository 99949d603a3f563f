import type { UniverseMember } from '../../schemas/universe.js';
import type { SymbolMaster } from '../../symbols/symbol-master.js';

/** A member with ICICI Direct's code: the universe's own, or that of the symbol master. */
export function withBreezeCode(member: UniverseMember, master: SymbolMaster): UniverseMember {
  return { ...member, isecCode: member.isecCode ?? master.isecCode(member.symbol) };
}

/** What Breeze calls a symbol, or why it cannot be asked for. */
export function breezeCodeOf({
  symbol,
  isecCode,
}: Pick<UniverseMember, 'symbol' | 'isecCode'>): { readonly code: string } | { readonly problem: string } {
  if (isecCode !== null) return { code: isecCode };
  return {
    problem: `${symbol} has no known code of ICICI Direct: run gurukul symbols refresh, or give the universe a column isec_code`,
  };
}
