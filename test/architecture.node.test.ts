import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const files = (pattern: string): string[] => globSync(pattern).map((path) => path.replaceAll(sep, '/'))
const source = (path: string): string => readFileSync(path, 'utf8')

/** Returns the imports of a file: names of packages, and paths of project files without their ending. */
const imports = (path: string): string[] =>
  [...source(path).matchAll(/\bfrom '([^']+)'|\bimport '([^']+)'/g)].map(([, from = '', bare = '']) => {
    const name = from || bare
    if (!name.startsWith('.')) return name
    const file = normalize(join(dirname(path), name.replace(/\.ts$/, ''))).replaceAll(sep, '/')
    return file === 'src/contract' ? 'src/contract/index' : file
  })

const modules = files('src/**/*.ts').map((path) => [path.replace(/\.ts$/, ''), imports(path)] as const)

/** Returns the files that import a match, other than the allowed files. */
const importersOf = (matches: RegExp, allowed: RegExp): string[] =>
  modules
    .filter(([path, imported]) => !allowed.test(path) && imported.some((name) => matches.test(name)))
    .map(([path]) => path)

/** The folders from top to bottom. A folder may import those on its own line and below. */
const levels = [
  ['index', 'server', 'app', 'operations'],
  ['live', 'admin', 'archive', 'feeds', 'site', 'data'],
  [
    'users',
    'rooms',
    'members',
    'messages',
    'held',
    'hooks',
    'files',
    'pins',
    'reactions',
    'reports',
    'push',
    'sweep',
    'webhooks',
  ],
  ['moderation'],
  ['notify'],
  ['limits'],
  ['auth'],
  ['openapi'],
  ['http'],
  ['db'],
  ['mount'],
  ['env'],
  ['client'],
  ['lib'],
  ['contract'],
]
const levelOf = (path: string): number => {
  const [, folder = ''] = path.split('/')
  const level = levels.findIndex((names) => names.includes(folder))
  if (level < 0) throw new Error(`${path} is in no level of the list. Add its folder to the list.`)
  return level
}

/** The only upward imports: `env.ts` names the types of the bindings and of the variables that middleware sets. */
const bindingTypes = [
  'src/env -> src/auth/actor',
  'src/env -> src/db/client',
  'src/env -> src/limits/types',
  'src/env -> src/live/hub-api',
  'src/env -> src/webhooks/webhook-api',
]

describe('imports of src', () => {
  it('the test finds imports', () => {
    expect(Object.fromEntries(modules)['src/users/routes']).toEqual(
      expect.arrayContaining(['hono', 'src/contract/index', 'src/users/store']),
    )
  })

  it('only the entries import the app', () => {
    expect(importersOf(/^src\/app$/, /^src\/(index|server)$/)).toEqual([])
  })

  it('no folder imports one above it', () => {
    const upwards = modules.flatMap(([path, imported]) =>
      imported
        .filter((name) => name.startsWith('src/') && levelOf(name) < levelOf(path))
        .map((name) => `${path} -> ${name}`),
    )
    expect(upwards.sort()).toEqual(bindingTypes)
  })

  it('only HTTP modules import Hono', () => {
    expect(
      importersOf(
        /^hono(\/|$)|^@hono\//,
        /\/routes$|^src\/(app|server|archive\/(page|markdown-html)|feeds\/(atom|feed)|files\/(read-file|request-links|upload)|hooks\/answers|http\/\w[\w-]*|openapi\/operation|auth\/credential|limits\/middleware|live\/lost-answer)$/,
      ),
    ).toEqual([])
  })

  it('only modules with queries import Drizzle', () => {
    expect(
      importersOf(
        /^drizzle-orm/,
        /\/store$|^src\/(db\/[\w-]+|auth\/(authorization|caller|login-user|network|permission|rules|site-admin)|held\/(approve|hold)|files\/sent-files|hooks\/post-message|moderation\/(audit|site-audit|blocked-words|sanctions|sanction-network)|messages\/(idempotency|insert-message|insert-by-sender|mentions|history|log|quoted|room-rules|search|slow-mode|content-refusal|change-message|purge|delete-recent)|live\/access|members\/read-mark|rooms\/counts|users\/(own-rooms|own-mentions|own-reports|target|site-ban)|webhooks\/(behind|delivery-store|scope|streams)|sweep\/[\w-]+|data\/(export|import)\/[\w-]+|admin\/(blocked-files|files|held|overview|reports|said|search|usage))$/,
      ),
    ).toEqual([])
  })

  it('only the app and routes import routes', () => {
    expect(importersOf(/\/routes$/, /^src\/app$|\/routes$/)).toEqual([])
  })

  it('schema and contract import packages and pure modules only', () => {
    expect(
      importersOf(
        /^src\/(?!lib\/|contract\/|db\/(message-fields|moderation-tables|import-tables|hook-tables|push-tables|webhook-tables|file-tables|held-table)$)|^hono/,
        /^(?!src\/(db\/(schema|message-fields|moderation-tables|import-tables|hook-tables|push-tables|webhook-tables|file-tables|held-table)|lib\/\w[\w-]*)$)/,
      ),
    ).toEqual([])
    const contract = modules.filter(([path]) => /^src\/contract(\/|$)/.test(path))
    expect(
      contract
        .flatMap(([, imported]) => imported)
        .filter((name) => !/^zod\/mini$|^src\/contract\//.test(name)),
    ).toEqual([])
  })

  it('zod is always imported as zod/mini, which keeps the Worker small', () => {
    expect(importersOf(/^zod(?!\/mini$)/, /^$/)).toEqual([])
  })

  it('the client imports its own modules and the types of the contract only', () => {
    const client = modules.filter(([path]) => path.startsWith('src/client/'))
    // The component and the types for frameworks, which the site has.
    const frameworks = /^src\/client\/package\/(react|vue\.d|svelte\.d) (react|vue|svelte\/elements)$/
    expect(client.length).toBeGreaterThan(5)
    expect(
      client
        .flatMap(([path, imported]) => imported.filter((name) => !frameworks.test(`${path} ${name}`)))
        .filter(
          (name) =>
            !/^(src\/(client\/|contract\/(index|close-codes|file-types|limits|links|markdown|mentions|shows-nothing|typing)$)|lit$|lit\/)/.test(
              name,
            ),
        ),
    ).toEqual([])
    const values = client.filter(([path]) =>
      /(?:import|export) (?!type )[^']* from '[^']*contract\/index\.ts'/.test(source(`${path}.ts`)),
    )
    expect(values).toEqual([])
    expect(importersOf(/^src\/client\//, /^src\/client\//)).toEqual([])
  })

  it('there are no cycles', () => {
    const graph = new Map(modules)
    const cycleFrom = (path: string, trail: string[]): string[] | undefined => {
      if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
      for (const next of graph.get(path) ?? []) {
        const found = graph.has(next) ? cycleFrom(next, [...trail, path]) : undefined
        if (found) return found
      }
      return undefined
    }
    expect(modules.map(([path]) => cycleFrom(path, [])).find(Boolean)).toBeUndefined()
  })
})

describe('test files', () => {
  it('send requests through test/support/api.ts, which checks every answer against the OpenAPI document', () => {
    const direct = files('test/**/*.test.ts').filter((path) =>
      /exports\.default|worker\.fetch|app\.(fetch|request)/.test(source(path)),
    )
    expect(direct).toEqual([])
  })

  it('have at most 300 lines, as all other files', () => {
    const long = files('{src,test,scripts}/**/*.ts').filter((path) => source(path).split('\n').length > 300)
    expect(long).toEqual([])
  })
})
