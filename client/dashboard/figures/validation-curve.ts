import type { WindowChoice } from '../contract/training.js';

/** Figures of a choice over one of its settings, with its other settings as they were chosen. */
export interface ValidationCurve {
  readonly setting: string;
  /** In the order of the grid, the most cautious first; `off` is the strength at which something is left out. */
  readonly values: readonly (number | string)[];
  /** Of each value; null where the cohort's past could not tell. */
  readonly figures: readonly (number | null)[];
  /** Index of the value that was chosen. */
  readonly chosen: number;
  /** Index of the default; null where it is elsewhere in the grid. */
  readonly standard: number | null;
  /** Chosen settings that are the same along the curve. */
  readonly others: WindowChoice['grid'][number]['config'];
}

/** A curve for each setting of a choice that is a number (or `off`) and has more than one value. */
export function validationCurves({ grid, chosen, standard }: WindowChoice): ValidationCurve[] {
  const taken = grid[chosen]?.config ?? {};
  return Object.keys(taken).flatMap((setting) => {
    const { [setting]: _own, ...others } = taken;
    const along = grid
      .map(({ config, figure }, at) => ({ at, value: config[setting] ?? '', config, figure }))
      .filter(({ config }) => Object.entries(others).every(([name, value]) => config[name] === value));
    if (along.length < 2 || !along.every(({ value }) => typeof value === 'number' || value === 'off'))
      return [];
    const place = (index: number): number => along.findIndex(({ at }) => at === index);
    return {
      ...{ setting, others, chosen: place(chosen) },
      values: along.map(({ value }) => value),
      figures: along.map(({ figure }) => figure),
      standard: place(standard) < 0 ? null : place(standard),
    };
  });
}

/** `halfLife 500, ridge 1000`. */
export function configText(config: WindowChoice['grid'][number]['config']): string {
  return Object.entries(config)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
