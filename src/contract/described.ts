import * as z from 'zod/mini'

/**
 * The schema with what the OpenAPI document says of it. Bundlers are told that a call of it does nothing else, so that a
 * schema which nothing parses with, such as that of an answer, stays out of the Worker.
 */
// @__NO_SIDE_EFFECTS__
export function described<Schema extends z.core.$ZodType>(schema: Schema, meta: z.core.GlobalMeta): Schema {
  const copy = z.clone(schema)
  z.globalRegistry.add(copy, meta)
  return copy
}
