import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const files = (pattern: string): string[] => globSync(pattern).map((path) => path.replaceAll(sep, '/'))
const source = (path: string): string => readFileSync(path, 'utf8')

/** What a file imports: packages by their name, files of the house by their path without its ending. */
const imports = (path: string): string[] =>
  [...source(path).matchAll(/\bfrom '([^']+)'|\bimport '([^']+)'/g)].map(([, from = '', bare = '']) => {
    const name = from || bare
    return name.startsWith('.')
      ? normalize(join(dirname(path), name.replace(/\.ts$/, ''))).replaceAll(sep, '/')
      : name
  })

const everything = files('src/**/*.ts').map((path) => [path.replace(/\.ts$/, ''), imports(path)] as const)

/** The files that import what `matches`, other than those that may. */
const others = (matches: RegExp, may: RegExp): string[] =>
  everything
    .filter(([path, imported]) => !may.test(path) && imported.some((name) => matches.test(name)))
    .map(([path]) => path)

describe('the arrows of the house', () => {
  it('finds the imports', () => {
    expect(Object.fromEntries(everything)['src/users/routes']).toEqual(
      expect.arrayContaining(['hono', 'src/contract', 'src/users/store']),
    )
  })

  it('only the entry imports the app', () => {
    expect(others(/^src\/app$/, /^src\/index$/)).toEqual([])
  })

  it('only routes and what stands around them know Hono', () => {
    expect(
      others(
        /^hono(\/|$)|^@hono\//,
        /\/routes$|^src\/(app|middleware|validate|problem|paging|conditional|openapi\/operation|identity\/credential|limits\/middleware)$/,
      ),
    ).toEqual([])
  })

  it('only stores know Drizzle', () => {
    expect(
      others(
        /^drizzle-orm/,
        /\/store$|^src\/(schema|database|prepared|queries|standing|moderation\/purge|messages\/history)$/,
      ),
    ).toEqual([])
  })

  it('only the app and routes import routes', () => {
    expect(others(/\/routes$/, /^src\/app$|\/routes$/)).toEqual([])
  })

  it('stores import no routes, and neither schema nor contract imports the house', () => {
    expect(others(/^src\/(?!look-alikes.json)|^hono/, /^(?!src\/(schema|name)$)/)).toEqual([])
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
        .filter((name) => !/^(src\/(client\/|contract$)|lit$|lit\/)/.test(name)),
    ).toEqual([])
    const values = client.filter(([path]) =>
      /(?:import|export) (?!type )[^']* from '[^']*contract\.ts'/.test(source(`${path}.ts`)),
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
    const direct = files('test/*.test.ts').filter((path) =>
      /exports\.default|worker\.fetch|app\.(fetch|request)/.test(source(path)),
    )
    expect(direct).toEqual([])
  })

  it('are in files that one can read', () => {
    const long = files('{src,test,scripts}/**/*.ts').filter((path) => source(path).split('\n').length > 300)
    expect(long).toEqual([])
  })
})
