import { describe, expect, it } from 'vitest'
import type * as z from 'zod/mini'
import { withKeys } from '../../src/http/with-keys'
import type { Operation } from '../../src/openapi/operation'
import { operations } from '../../src/operations'

// To bring combining marks in order takes the square of their number.
const long = `a${'\u0301\u0316'.repeat(30_000)}`

const schemas = Object.entries<Operation>(operations).flatMap(([key, { params, query, headers, body }]) =>
  Object.entries({ params, query, headers, body }).flatMap(([part, schema]) =>
    schema ? [[`${part} of ${key}`, schema] as const] : [],
  ),
)

/** Returns the fields of a part of a request of which a long text gets a key. */
const keyedNames = (schema: z.ZodMiniObject): string[] =>
  Object.entries(schema.shape).flatMap(([field, type]) => {
    const { data } = (type as z.ZodMiniType).safeParse(long)
    const isKeyed = typeof withKeys({ [field]: 'x' })[field] === 'object'
    return isKeyed && typeof data === 'string' && data.length > 1024 ? [field] : []
  })

describe('a name that is far too long', () => {
  it.each(schemas)('gets no key in the %s', (_, schema) => {
    expect(keyedNames(schema)).toEqual([])
  })
})
