import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const files = (pattern: string): string[] => globSync(pattern).map((path) => path.replaceAll(sep, '/'))
const source = (path: string): string => readFileSync(path, 'utf8')

/** What a file imports: packages by their name, files of the house by their path without its ending. */
const imports = (path: string): string[] =>
  [...source(path).matchAll(/\bfrom '([^']+)'|\bimport '([^']+)'/g)].map(([, from = '', bare = '']) => {
    const name = from || bare
    if (!name.startsWith('.')) return name
    const file = normalize(join(dirname(path), name.replace(/\.ts$/, ''))).replaceAll(sep, '/')
    return file === 'src/contract' ? 'src/contract/index' : file
  })

const everything = files('src/**/*.ts').map((path) => [path.replace(/\.ts$/, ''), imports(path)] as const)

/** The files that import what `matches`, other than those that may. */
const others = (matches: RegExp, may: RegExp): string[] =>
  everything
    .filter(([path, imported]) => !may.test(path) && imported.some((name) => matches.test(name)))
    .map(([path]) => path)

/** From the top to the bottom. A folder may import those beside it on its line and those below. */
const levels = [
  ['index', 'app', 'operations'],
  ['live'],
  ['users', 'rooms', 'members', 'messages', 'reports'],
  ['moderation'],
  ['notify'],
  ['limits'],
  ['auth'],
  ['openapi'],
  ['http'],
  ['db'],
  ['env'],
  ['client'],
  ['lib'],
  ['contract'],
]
const levelOf = (path: string): number => {
  const [, folder = ''] = path.split('/')
  const level = levels.findIndex((names) => names.includes(folder))
  if (level < 0) throw new Error(`${path} is in no level of the list: give its folder a place`)
  return level
}

/** The only imports that run upwards: `env.ts` names the types of the bindings and of what the middleware sets. */
const bindingTypes = [
  'src/env -> src/auth/actor',
  'src/env -> src/db/client',
  'src/env -> src/limits/types',
  'src/env -> src/live/hub-api',
]

describe('the arrows of the house', () => {
  it('finds the imports', () => {
    expect(Object.fromEntries(everything)['src/users/routes']).toEqual(
      expect.arrayContaining(['hono', 'src/contract/index', 'src/users/store']),
    )
  })

  it('only the entry imports the app', () => {
    expect(others(/^src\/app$/, /^src\/index$/)).toEqual([])
  })

  it('no folder imports one above it', () => {
    const upwards = everything.flatMap(([path, imported]) =>
      imported
        .filter((name) => name.startsWith('src/') && levelOf(name) < levelOf(path))
        .map((name) => `${path} -> ${name}`),
    )
    expect(upwards.sort()).toEqual(bindingTypes)
  })

  it('only the HTTP half knows Hono', () => {
    expect(
      others(
        /^hono(\/|$)|^@hono\//,
        /\/routes$|^src\/(app|http\/\w[\w-]*|openapi\/operation|auth\/credential|limits\/middleware)$/,
      ),
    ).toEqual([])
  })

  it('only queries know Drizzle', () => {
    expect(
      others(
        /^drizzle-orm/,
        /\/store$|^src\/(db\/[\w-]+|auth\/authorization|moderation\/(audit|blocked-words|purge|sanctions)|messages\/history)$/,
      ),
    ).toEqual([])
  })

  it('only the app and routes import routes', () => {
    expect(others(/\/routes$/, /^src\/app$|\/routes$/)).toEqual([])
  })

  it('stores import no routes, and neither schema nor contract imports the house', () => {
    expect(others(/^src\/(?!lib\/|contract\/)|^hono/, /^(?!src\/(db\/schema|lib\/\w[\w-]*)$)/)).toEqual([])
    const contract = everything.filter(([path]) => /^src\/contract(\/|$)/.test(path))
    expect(
      contract
        .flatMap(([, imported]) => imported)
        .filter((name) => !/^zod\/mini$|^src\/contract\//.test(name)),
    ).toEqual([])
  })

  it('zod is zod/mini everywhere: the other brings every method of every schema into the Worker', () => {
    expect(others(/^zod(?!\/mini$)/, /^$/)).toEqual([])
  })

  it('the browser’s half knows of the other only the types of what is on the wire', () => {
    const client = everything.filter(([path]) => path.startsWith('src/client/'))
    expect(client.length).toBeGreaterThan(5)
    expect(
      client
        .flatMap(([, imported]) => imported)
        .filter(
          (name) => !/^(src\/(client\/|contract\/(index|close-codes|limits|links)$)|lit$|lit\/)/.test(name),
        ),
    ).toEqual([])
    const values = client.filter(([path]) =>
      /(?:import|export) (?!type )[^']* from '[^']*contract\/index\.ts'/.test(source(`${path}.ts`)),
    )
    expect(values).toEqual([])
    expect(others(/^src\/client\//, /^src\/client\//)).toEqual([])
  })

  it('goes in no circle', () => {
    const graph = new Map(everything)
    const circle = (path: string, trail: string[]): string[] | undefined => {
      if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
      for (const next of graph.get(path) ?? []) {
        const found = graph.has(next) ? circle(next, [...trail, path]) : undefined
        if (found) return found
      }
      return undefined
    }
    expect(everything.map(([path]) => circle(path, [])).find(Boolean)).toBeUndefined()
  })
})

describe('the tests', () => {
  it('have one way to the Worker, on which every answer is held against the OpenAPI document', () => {
    const direct = files('test/**/*.test.ts').filter((path) =>
      /exports\.default|worker\.fetch|app\.(fetch|request)/.test(source(path)),
    )
    expect(direct).toEqual([])
  })

  it('are in files that one can read', () => {
    const long = files('{src,test,scripts}/**/*.ts').filter((path) => source(path).split('\n').length > 300)
    expect(long).toEqual([])
  })
})
