import { CSV_FIELDS } from '../../../data/universe/universe.js';
import type { universeMemberSchema } from '../../../data/schemas/universe.js';
import { markdownTable } from '../markdown.js';

const MEANING: Readonly<Record<keyof typeof universeMemberSchema.shape, string>> = {
  symbol: 'NSE symbol, the name of its bar files. Needed',
  company: 'name of the company',
  industry: 'its industry',
  isin: 'ISIN, such as `INE002A01018`',
  isecCode: "ICICI Direct's code, which differs from the symbol for most companies",
  listingDate: 'first day of trading, `YYYY-MM-DD`',
  from: 'first day as a member of the universe; empty: since ever',
  to: 'first day on which it is no member any more; empty: it still is one',
  exclusion: 'why the symbol is expected to have no bars; in JSON `{"reason": …}`',
};

/** The metadata of a symbol in a universe file, from the schema that checks it. */
export function universeFields(): string {
  return markdownTable(
    ['JSON key', 'CSV column', 'meaning'],
    Object.entries(MEANING).map(([key, meaning]) => {
      const columns = Object.entries(CSV_FIELDS)
        .filter(([, field]) => field === key)
        .map(([column]) => column);
      const named = key === 'exclusion' ? ['exclusion_reason'] : columns;
      return [`\`${key}\``, named.map((column) => `\`${column}\``).join(' or '), meaning];
    }),
  );
}
