/** Where the lists are published. */
export const SYMBOL_LISTS = {
  securityMaster: 'https://directlink.icicidirect.com/NewSecurityMaster/SecurityMaster.zip',
  equityList: 'https://nsearchives.nseindia.com/content/equities/EQUITY_L.csv',
  symbolChanges: 'https://nsearchives.nseindia.com/content/equities/symbolchange.csv',
} as const;

/** A file or URL for each list. */
export type SymbolLists = Readonly<Record<keyof typeof SYMBOL_LISTS, string>>;
