/**
 * `npm run prepare`: writes the types of `parlour/server` to `dist/types/server.d.ts`. They are made from the OpenAPI document, because the types of the
 * routes would need those of Workers, of zod and of Drizzle.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { type Schema, schemaTypes, typeOf } from './schema-types.ts'

type Parameter = { name: string; in: string; required?: boolean }
type Body = { content?: Record<string, { schema: Schema }> }
type Operation = {
  parameters?: Parameter[]
  requestBody?: Body & { required?: boolean }
  responses: Record<string, Body>
}

const inputOf = ({ parameters = [], requestBody }: Operation): string => {
  const fields = ['path', 'query'].flatMap((place) => {
    const found = parameters.filter((parameter) => parameter.in === place)
    const names = found.map(({ name, required }) => `${name}${required ? '' : '?'}: string`)
    const isOptional = found.every(({ required }) => !required)
    return names.length === 0
      ? []
      : [`${place === 'path' ? 'param' : place}${isOptional ? '?' : ''}: { ${names.join('; ')} }`]
  })
  const body = requestBody?.content?.['application/json']?.schema
  if (body) fields.push(`json${requestBody?.required ? '' : '?'}: ${typeOf(body)}`)
  return `{ ${fields.join('; ')} }`
}

/** Returns what an operation answers with each status that is no error. */
const endpointsOf = (operation: Operation): string =>
  Object.entries(operation.responses)
    .filter(([status]) => /^2\d\d$/.test(status))
    .map(([status, { content = {} }]) => {
      const schema = content['application/json']?.schema
      const [output, format] = schema ? [typeOf(schema), 'json'] : ['string', 'text']
      return `{ input: ${inputOf(operation)}; output: ${output}; outputFormat: '${format}'; status: ${status} }`
    })
    .join(' | ')

/** Returns the declarations of `parlour/server`. */
export const serverTypes = async (): Promise<string> => {
  const { paths, components } = JSON.parse(await readFile('public/openapi.json', 'utf8'))
  const routes = Object.entries<Record<string, Operation>>(paths).map(([path, methods]) => {
    const endpoints = Object.entries(methods).map(
      ([method, operation]) => `    $${method}: ${endpointsOf(operation)}`,
    )
    return `  '${path.replaceAll(/\{(\w+)\}/g, ':$1')}': {\n${endpoints.join('\n')}\n  }`
  })
  const [, options = ''] =
    /(\/\*\* The options of `createParlour`\. \*\/\nexport type ParlourOptions = \{[\s\S]*?\n\})/.exec(
      await readFile('src/server.ts', 'utf8'),
    ) ?? []
  return `import type { Hono } from 'hono'
${schemaTypes(components.schemas, Object.keys(components.schemas))}
type Routes = {
${routes.join('\n')}
}
/** The type of all routes, for Hono's \`hc\`. */
export type App = Hono<{}, Routes, '/'>
${options}
/** Returns the API as a Hono app: \`app.route('/chat', createParlour())\`. */
export declare const createParlour: (options?: ParlourOptions) => App
/** The Durable Object of a room. Export it from your Worker. */
export declare class Hub { constructor(state: never, env: never) }
/** The Durable Object that counts what is written in a day. Export it from your Worker. */
export declare class Meter { constructor(state: never, env: never) }
/** The handler of the Worker's cron trigger. */
export declare const scheduled: (
  controller: unknown,
  env: never,
  context: { waitUntil(work: Promise<unknown>): void },
) => Promise<void>
`
}

if (import.meta.main) await writeFile('dist/types/server.d.ts', await serverTypes())
