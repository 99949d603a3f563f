/** Colours that colour-blind readers can distinguish (Okabe & Ito), with the same meaning in every plot. */
const COLOURS = {
  teacher: '#0072b2',
  student: '#009e73',
  placebo: '#d55e00',
  factors: '#7a4fb5',
  champion: '#9a6700',
  reference: '#6b7280',
  ink: '#1b1f24',
} as const;
export type Colour = keyof typeof COLOURS;

/** The colour where no style sheet gives another. */
export function colourOf(colour: Colour): string {
  return COLOURS[colour];
}

/** Steps below and above nothing: orange and blue, which colour-blind readers can distinguish. */
const SHADES = {
  'below-3': '#d98a4e',
  'below-2': '#ecb98f',
  'below-1': '#f7e0cf',
  nothing: '#f1f2f4',
  'above-1': '#d3e5f2',
  'above-2': '#9dc6e2',
  'above-3': '#5ca3d0',
} as const;
const STEPS = ['below-3', 'below-2', 'below-1', 'nothing', 'above-1', 'above-2', 'above-3'] as const;

/** The shade of a level from −1 to 1. */
export function shadeOf(level: number): { readonly name: string; readonly colour: string } {
  const name = STEPS[Math.round(3 * Math.min(Math.max(level, -1), 1)) + 3] ?? 'nothing';
  return { name, colour: SHADES[name] };
}
