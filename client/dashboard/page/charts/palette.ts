/** Custom properties of the style sheet that colour what charts show: one meaning a colour, on the whole page; `one` to `four` have none. */
export const palette = {
  teacher: '--teacher',
  student: '--student',
  placebo: '--placebo',
  factors: '--factors',
  champion: '--champion',
  reference: '--reference',
  one: '--one',
  two: '--two',
  three: '--three',
  four: '--four',
} as const;
