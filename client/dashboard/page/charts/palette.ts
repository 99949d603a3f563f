/** Custom properties of the style sheet that colour what charts show: one meaning a colour, on the whole page. */
export const palette = {
  teacher: '--teacher',
  student: '--student',
  placebo: '--placebo',
  factors: '--factors',
  champion: '--champion',
  reference: '--reference',
} as const;
