import * as z from 'zod/mini'

/** Returns a copy of a schema with a description for the OpenAPI document. */
export const described = <Schema extends z.core.$ZodType>(
  schema: Schema,
  meta: z.core.GlobalMeta,
): Schema => {
  const copy = z.clone(schema)
  z.globalRegistry.add(copy, meta)
  return copy
}
