/** Something that two runs may differ in. */
export interface Compared {
  readonly name: string;
  readonly a: string;
  readonly b: string;
}

/** A figure or setting of a run, as it is shown. */
export type Named = readonly (readonly [name: string, text: string])[];

/** What two runs differ in, in the order of the first one's lists; `none` where one of them does not have it. */
export function differences(a: Named, b: Named): Compared[] {
  const [ofA, ofB] = [new Map(a), new Map(b)];
  const names = [...new Set([...ofA.keys(), ...ofB.keys()])];
  return names
    .map((name) => ({ name, a: ofA.get(name) ?? 'none', b: ofB.get(name) ?? 'none' }))
    .filter((one) => one.a !== one.b);
}
