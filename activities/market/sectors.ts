/** The sector of each symbol that has one: the industry that its universe states. */
export type Sectors = ReadonlyMap<string, string>;

/** No symbol has a sector. */
export const NO_SECTORS: Sectors = new Map();

/** The sectors of a manifest's symbols. */
export function sectorsOf(
  series: readonly { readonly symbol: string; readonly sector?: string | undefined }[],
): Sectors {
  return new Map(series.flatMap(({ symbol, sector }) => (sector === undefined ? [] : [[symbol, sector]])));
}
