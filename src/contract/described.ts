import * as z from 'zod/mini'

/** The schema with what the OpenAPI document says of it. */
export const described = <Schema extends z.core.$ZodType>(
  schema: Schema,
  meta: z.core.GlobalMeta,
): Schema => {
  const copy = z.clone(schema)
  z.globalRegistry.add(copy, meta)
  return copy
}
