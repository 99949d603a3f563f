import { z } from 'zod';

const names = z.array(z.string());
const byName = z.record(z.string(), z.unknown());
const listed = z.object({ inputs: z.array(z.object({ name: z.string(), columns: names })) });

/**
 * The names of an input's columns, as the metadata of students (`{features: [names], …}`) or of teachers (`{inputs:
 * [{name, columns}]}`) has them; undefined where it has none.
 */
export function columnNames(metadata: unknown, input: string): readonly string[] | undefined {
  const teacher = listed.safeParse(metadata);
  if (teacher.success) return teacher.data.inputs.find(({ name }) => name === input)?.columns;
  const student = names.safeParse(byName.safeParse(metadata).data?.[input]);
  return student.success ? student.data : undefined;
}
