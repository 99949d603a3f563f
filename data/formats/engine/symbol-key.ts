/**
 * A symbol as tools write it, in one form for comparison: `M&M.NS`, `NSE:M&M-EQ`, `m_m` are all `M_M`. Shares of
 * another exchange (`.BO`, `BSE:`) have the key of no NSE symbol.
 */
export function symbolKey(text: string): string {
  return text
    .trim()
    .toUpperCase()
    .replace(/^(?:NSE|NSEI|NSE_EQ|XNSE)[:_|]\s*/, '')
    .replace(/\.(?:NS|NSE|XNSE)$/, '')
    .replace(/[- ](?:EQ|BE|BZ)$/, '')
    .replace(/^BSE[:_|]|\.(?:BO|BSE)$/, '%')
    .replace(/[^A-Z0-9%]/g, '_');
}
