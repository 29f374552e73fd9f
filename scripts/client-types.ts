/**
 * `npm run prepare`: writes the type declarations of the client library to `dist/types`. Those of the contract are made from the OpenAPI
 * document, because zod's types would make zod a dependency of every page that uses the client.
 */
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'

type Schema = {
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
const typeOf = (schema: Schema): string => {
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

/** The packed files that take types from the contract. */
const files = ['client', 'error', 'types']
const imported = /\{([^}]*)\} from '\.\.\/contract\/index\.ts'/g

/** Returns the names of the types that the packed files take from the contract. */
const importedNames = async (): Promise<string[]> => {
  const texts = await Promise.all(files.map((file) => readFile(`dist/types/client/${file}.d.ts`, 'utf8')))
  return texts.flatMap((text) =>
    Array.from(text.matchAll(imported), ([, names = '']) =>
      names.split(',').map((name) => name.trim()),
    ).flat(),
  )
}

/** Returns the types of the contract that the packed files use, and those that these refer to. */
const declarations = async (): Promise<string> => {
  const { components } = JSON.parse(await readFile('public/openapi.json', 'utf8'))
  const schemas: Record<string, Schema> = components.schemas
  const written = new Map<string, string>()
  const write = (name: string): void => {
    if (written.has(name)) return
    const schema = schemas[name]
    if (!schema)
      throw new Error(`The OpenAPI document has no schema "${name}", which the client library uses.`)
    const type = typeOf(schema)
    written.set(name, `${comment(schema)}export type ${name} = ${type}\n`)
    for (const [, referred = ''] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      write(referred)
  }
  for (const name of await importedNames()) write(name === 'ProblemBody' ? 'Problem' : name)
  return `${[...written.values()].join('')}export type ProblemBody = Problem\n`
}

if (import.meta.main) {
  const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--rootDir', 'src']
  const { status } = spawnSync('tsc', ['-p', 'src/client', ...options, '--outDir', 'dist/types'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status === 0) await writeFile('dist/types/contract/index.d.ts', await declarations())
  else process.exitCode = 1
}
