/** The parts of a JSON Schema that the scripts use. */
export type Schema = {
  $ref?: string
  description?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  type?: string | string[]
  items?: Schema
  prefixItems?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
}

const types: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}

const comment = ({ description }: Schema): string => (description ? `/** ${description} */ ` : '')

/** Returns a schema as a TypeScript type. */
export const typeOf = (schema: Schema): string => {
  const { $ref, properties, required = [], items } = schema
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf('/') + 1)
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const literals = schema.enum?.map((value) => JSON.stringify(value))
  const options = literals ?? (schema.anyOf ?? schema.oneOf)?.map(typeOf)
  if (options) return options.join(' | ')
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeOf).join(', ')}]`
  if (items) return `(${typeOf(items)})[]`
  if (properties) {
    const fields = Object.entries(properties).map(
      ([name, field]) => `${comment(field)}${name}${required.includes(name) ? '' : '?'}: ${typeOf(field)}`,
    )
    return `{ ${fields.join('; ')} }`
  }
  const named = [schema.type ?? []].flat().map((name) => types[name])
  if (named.length === 0 || named.includes(undefined))
    throw new Error(`There is no TypeScript type for ${JSON.stringify(schema)}.`)
  return named.join(' | ')
}

/** Returns the declarations of some schemas, and of those that these refer to. */
export const schemaTypes = (schemas: Record<string, Schema>, names: string[]): string => {
  const written = new Map<string, string>()
  const write = (name: string): void => {
    if (written.has(name)) return
    const schema = schemas[name]
    if (!schema) throw new Error(`The OpenAPI document has no schema "${name}", which the types need.`)
    const type = typeOf(schema)
    written.set(name, `${comment(schema)}export type ${name} = ${type}\n`)
    for (const [, referred = ''] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      write(referred)
  }
  for (const name of names) write(name)
  return [...written.values()].join('')
}
