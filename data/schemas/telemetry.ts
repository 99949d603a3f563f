import { z } from 'zod';

/**
 * Version of the schema, `v` of every line. It rises when a field is renamed, taken out or means something else; new
 * events and fields do not raise it. Lines without `v` are of versions that did not state it, and have the same fields.
 */
export const TELEMETRY_VERSION = 1;

/** The least that a reader takes for an event: of any version, also one that it does not know. */
export const anyEventSchema = z.looseObject({ at: z.iso.datetime(), event: z.string() });
