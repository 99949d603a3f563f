/** A value for each name. */
export function byName<Name extends string, Value>(
  names: readonly Name[],
  valueOf: (name: Name) => Value,
): Record<Name, Value> {
  const values: Partial<Record<Name, Value>> = {};
  for (const name of names) values[name] = valueOf(name);
  return requireAll(values, names);
}

function requireAll<Name extends string, Value>(
  values: Partial<Record<Name, Value>>,
  names: readonly Name[],
): Record<Name, Value> {
  if (!hasAll(values, names)) throw new RangeError('a name has no value');
  return values;
}

function hasAll<Name extends string, Value>(
  values: Partial<Record<Name, Value>>,
  names: readonly Name[],
): values is Record<Name, Value> {
  return names.every((name) => Object.hasOwn(values, name));
}
