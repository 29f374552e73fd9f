import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, it } from 'vitest'
import { openApiDocument } from '../../src/openapi/document'
import { operations } from '../../src/operations'

const document = openApiDocument(operations, '1.2.3')

it('the OpenAPI document is valid', async () => {
  const result = await new Validator().validate(structuredClone(document))
  expect(result.errors).toBeUndefined()
  expect(result.valid).toBe(true)
})

it('a broken one would not be', async () => {
  const result = await new Validator().validate({
    ...structuredClone(document),
    paths: { '/x': { get: { responses: 7 } } },
  })
  expect(result.valid).toBe(false)
})

it('every reference in it leads somewhere, and every operation has an id of its own', () => {
  const text = JSON.stringify(document)
  for (const [, pointer = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const target = pointer
      .split('/')
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], document)
    expect(target, pointer).toBeDefined()
  }
  const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
