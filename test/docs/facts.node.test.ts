import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MAX_BODY_BYTES, MAX_FILES, MAX_HOOKS, MAX_WEBHOOKS } from '../../src/contract/limits.ts'
import { openApiDocument } from '../../src/openapi/document.ts'
import { operations } from '../../src/operations.ts'
import { pages } from '../support/node/snippets.ts'

const read = (path: string): string => readFileSync(path, 'utf8')
const code = ['src/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts', 'wrangler.toml', '.ci/run']
  .flatMap((pattern) => globSync(pattern, { exclude: ['bench/node_modules/**', 'test/docs/**'] }))
  .map(read)
  .join('\n')

const document = openApiDocument(operations, '0') as { paths: Record<string, object> }

describe('a route that a page names', () => {
  const { paths } = document
  /** The paths of the document as patterns: `:name` and `{name}` are any part. */
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => {
      const pattern = path.replace(/\{\w+\}/g, '[^/?]+').replace(/^\/api\/(users|chatroom)/, '/api/$1s?')
      return new RegExp(`^${method.toUpperCase()} ${pattern}$`)
    }),
  )
  /** The requests in a text, as `METHOD /path`. `…` stands for a room's path. */
  const requestsIn = (text: string): string[] =>
    [...text.matchAll(/\b(GET|POST|PUT|PATCH|DELETE) (…?\/[^\s`?{]*)/g)].map(
      ([, method, path = '']) => `${method} ${path.replace('…', '/chatroom/:name')}`,
    )

  it('is one of the OpenAPI document', () => {
    const named = pages()
      .filter((path) => !/^docs\/(performance|decisions)|^bench/.test(path))
      .flatMap((path) => requestsIn(read(path)).map((request) => [path, request] as const))
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter(([, request]) => !routes.some((route) => route.test(request)))).toEqual([])
  })

  it('is missed when there is none', () => {
    const [request = ''] = requestsIn('Send `PATCH …/members/danny {"role":"member"}`.')
    expect(request).toBe('PATCH /chatroom/:name/members/danny')
    expect(routes.some((route) => route.test(request))).toBe(false)
  })
})

describe('a setting that a page names', () => {
  const foreign = [
    'EBADENGINE',
    'EACCES',
    'EPERM',
    'CLOUDFLARE_ENV',
    'WITHOUT',
    'AUTOINCREMENT',
    'HTTP',
    'JSON',
  ]
  it('is one of wrangler.toml, of a secret, or of a script', () => {
    const named = pages().flatMap((path) =>
      [...read(path).matchAll(/`([A-Z][A-Z0-9]*_?[A-Z_]{2,})\b(?: = [^`]*)?`/g)].map(
        ([, name = '']) => [path, name] as const,
      ),
    )
    expect(named.length).toBeGreaterThan(20)
    const known = (name: string) => foreign.includes(name) || new RegExp(`\\b${name}\\b`).test(code)
    expect(
      named.filter(([, name]) => !known(name) && !/^(GET|HEAD|POST|PUT|PATCH|DELETE)$/.test(name)),
    ).toEqual([])
  })

  it('in .dev.vars.example is a secret of the Worker', () => {
    const named = [...read('.dev.vars.example').matchAll(/^# ([A-Z_]+)=/gm)].map(([, name = '']) => name)
    expect(named.length).toBeGreaterThan(2)
    expect(
      named.filter(
        (name) =>
          !new RegExp(`^  ${name}\\?: string`, 'm').test(read('src/env.ts') + read('src/limits/types.ts')),
      ),
    ).toEqual([])
    expect(read('.gitignore').split('\n')).toContain('.dev.vars')
  })
})

/** Returns a constant of the code, or of one file for a name that several files have. */
const constant = (name: RegExp, path?: string): number => {
  const [, value = ''] = new RegExp(`\\b${name.source} = ([\\d_* ]+)`).exec(path ? read(path) : code) ?? []
  return value.split('*').reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1)
}

const MIB = 1024 * 1024
/** Returns a var of wrangler.toml. */
const variable = (name: string): number =>
  Number(new RegExp(`^${name} = ([\\d_]+)`, 'm').exec(read('wrangler.toml'))?.[1]?.replaceAll('_', ''))

/** Returns a number of the OpenAPI document: the first `key` after a parameter or field of this name. */
const described = (name: string, key: string): number =>
  Number(new RegExp(`"name":"${name}".*?"${key}":(\\d+)`).exec(JSON.stringify(document))?.[1])

const claims: [page: string, words: RegExp, number: number][] = [
  [
    'docs/architecture.md',
    /: (\d+) seconds after the last entry, then ever/,
    constant(/FIRST_COMPARISON_MILLISECONDS/) / 1000,
  ],
  ['docs/architecture.md', /one room, for (\d+) seconds/, constant(/TICKET_MILLISECONDS/) / 1000],
  [
    'docs/live.md',
    /(\d+) seconds after the last entry, then/,
    constant(/FIRST_COMPARISON_MILLISECONDS/) / 1000,
  ],
  ['docs/live.md', /hub notices (\d+) seconds of silence/, constant(/SILENCE_MILLISECONDS/) / 1000],
  ['docs/live.md', /one room, for (\d+) seconds/, constant(/TICKET_MILLISECONDS/) / 1000],
  [
    'docs/live.md',
    /every (\d+) KiB, with/,
    Number(/Send it every (\d+) KiB/.exec(JSON.stringify(document))?.[1]),
  ],
  ['docs/live.md', /After (\d+) MiB without it/, constant(/MAX_UNREAD/) / 1024 / 1024],
  ['docs/live.md', /larger than (\d+) KiB/, MAX_BODY_BYTES / 1024],
  ['docs/api.md', /larger than (\d+) KiB/, MAX_BODY_BYTES / 1024],
  ['docs/api.md', /`\?limit=` takes 1 to (\d+)/, described('limit', 'maximum')],
  ['docs/api.md', /come in pages of (\d+)/, described('limit', 'default')],
  ['docs/api.md', /name\*\* has 1 to (\d+) characters/, described('name', 'maxLength')],
  ['docs/logins.md', /at least (\d+) bytes/, constant(/MIN_SECRET_BYTES/)],
  ['docs/push.md', /browsers of a user \| (\d+);/, constant(/MAX_PUSH_SUBSCRIPTIONS/)],
  ['docs/push.md', /(\d+) requests, for/, constant(/MAX_REQUESTS/, 'src/push/push-messages.ts')],
  ['docs/push.md', /if that is (\d+) seconds at most/, constant(/MAX_RETRY_SECONDS/, 'src/push/post.ts')],
  [
    'docs/push.md',
    /does not answer \| (\d+) seconds/,
    constant(/TIMEOUT_MILLISECONDS/, 'src/push/post.ts') / 1000,
  ],
  ['docs/push.md', /for (\d+) days/, constant(/TTL_SECONDS/, 'src/push/post.ts') / 86_400],
  ['docs/push.md', /text \| (\d+) characters/, constant(/MAX_CHARACTERS/, 'src/push/payload.ts')],
  ['docs/push.md', /to fit into (\d+) KiB/, constant(/RECORD_BYTES/, 'src/push/encrypt.ts') / 1024],
  ['docs/webhooks.md', /has at most (\d+)/, MAX_WEBHOOKS],
  [
    'docs/webhooks.md',
    /tries again after (\d+) seconds/,
    constant(/FIRST_WAIT_MILLISECONDS/, 'src/webhooks/attempt.ts') / 1000,
  ],
  ['docs/webhooks.md', /the last (\d+) attempts/, constant(/MAX_ATTEMPTS_KEPT/, 'src/webhooks/webhook.ts')],
  ['docs/webhooks.md', /up to (\d+) deliveries/, constant(/READ_AT_ONCE/, 'src/webhooks/webhook.ts')],
  ['docs/hooks.md', /has at most (\d+)\./, MAX_HOOKS],
  ['docs/files.md', /names up to (\d+) files/, MAX_FILES],
  ['docs/files.md', /"bytes":(\d+)/, variable('FILE_BYTES')],
  ['docs/files.md', /`FILE_BYTES` \| (\d+) MiB/, variable('FILE_BYTES') / MIB],
  ['docs/files.md', /`FILE_BYTES_PER_USER_DAY` \| (\d+) MiB/, variable('FILE_BYTES_PER_USER_DAY') / MIB],
  [
    'docs/files.md',
    /`FILE_BYTES_PER_ADDRESS_DAY` \| (\d+) MiB/,
    variable('FILE_BYTES_PER_ADDRESS_DAY') / MIB,
  ],
  ['docs/files.md', /`FILE_BYTES_PER_DAY` \| (\d+) GiB/, variable('FILE_BYTES_PER_DAY') / MIB / 1024],
  ['docs/files.md', /more than (\d+) megapixels/, constant(/MAX_PIXELS/, 'src/files/media/picture.ts') / 1e6],
  ['docs/files.md', /more than ([\d,]+) pixels/, constant(/MAX_SIDE/, 'src/files/media/picture.ts')],
  ['docs/hooks.md', /A body has at most (\d+) KiB/, MAX_BODY_BYTES / 1024],
]

describe('a number that a page says', () => {
  it.each(claims)('%s: %s is %d', (page, words, number) => {
    expect(Number(words.exec(read(page))?.[1]?.replaceAll(',', ''))).toBe(number)
  })
})

describe('docs/architecture.md', () => {
  it('names files, folders and functions that are there', () => {
    const page = read('docs/architecture.md')
    const names = [...page.matchAll(/`(\w+(?:\.\w+)?)(?:\(…\))?`/g)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(10)
    const last = (name: string): string => name.split('.').at(-1) ?? name
    const missing = names.filter(
      (name) => !/\.ts$/.test(name) && !new RegExp(`\\b${last(name)}\\b`).test(code),
    )
    expect(missing).toEqual([])
    const folders = [...page.matchAll(/`(src\/\w+|migrations|public|scripts|test|bench)`/g)].map(
      ([, name = '']) => name,
    )
    const real = globSync('src/*/').map((path) => path.replaceAll('\\', '/').replace(/\/$/, ''))
    expect(real.filter((folder) => !folders.includes(folder))).toEqual([])
  })
})

describe('the client library', () => {
  const membersOf = (name: string): string[] => {
    const [, body = ''] =
      new RegExp(`export interface ${name} \\{(.*?)^\\}`, 'ms').exec(read('src/client/types.ts')) ?? []
    return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[(<:]/gm)].map(([, member = '']) => member)
  }
  it.each(['Parlour', 'Room'])('%s has each of its members in docs/client.md', (name) => {
    const members = membersOf(name)
    expect(members.length).toBeGreaterThan(5)
    const page = read('docs/client.md')
    expect(members.filter((member) => !new RegExp(`\\b${member}\\b`).test(page))).toEqual([])
  })
})

describe('the tag', () => {
  const source = globSync('src/client/element/**/*.{ts,css}').map(read).join('\n')
  const page = read('docs/site.md')
  it('has each of its attributes and languages in docs/site.md', () => {
    const [, list = ''] = /observedAttributes = \[(.*?)\]/s.exec(source) ?? []
    const attributes = [...list.matchAll(/'(\w+)'/g)].map(([, name]) => name)
    expect(attributes.length).toBeGreaterThan(3)
    expect(attributes.filter((name) => !new RegExp(`^\\| .*\`${name}\``, 'm').test(page))).toEqual([])
    const names = new Intl.DisplayNames('en', { type: 'language' })
    const languages = globSync('src/client/element/translations/*.ts').map((path) =>
      names.of(path.slice(-5, -3)),
    )
    expect(languages.filter((language) => !page.includes(String(language)))).toEqual([])
  })

  it('has the custom properties and the parts that docs/site.md names, and no other property', () => {
    const [, line = ''] = /^\| Colours \|(.*)\|$/m.exec(page) ?? []
    const [, form = ''] = /^\| Form \|(.*)\|$/m.exec(page) ?? []
    const [, parts = ''] = /^\| Parts.*?\|(.*)\|$/m.exec(page) ?? []
    const named = (cell: string) =>
      [...cell.matchAll(/`(?:--parlour)?-?([\w-]+)`/g)].map(([, name = '']) => name)
    const there = new Set([...source.matchAll(/--parlour-([\w-]+)/g)].map(([, name]) => name))
    expect(new Set([...named(line), ...named(form)])).toEqual(there)
    expect(
      named(parts).filter((part) => !new RegExp(`part=(?:"(?:[^"]*[ '])?)?${part}\\b`).test(source)),
    ).toEqual([])
  })
})

describe('a close code', () => {
  it('is in docs/live.md, with its number', () => {
    const codes = [...read('src/contract/close-codes.ts').matchAll(/: (4\d{3}),/g)].map(([, code]) => code)
    expect(codes.length).toBeGreaterThan(4)
    const rows = [...read('docs/live.md').matchAll(/^\| (4\d{3}) \|/gm)].map(([, code]) => code)
    expect(codes.filter((code) => !rows.includes(code))).toEqual([])
  })
})

describe('the workflow', () => {
  it('runs .ci/run on Linux, and what the README says on macOS and Windows', () => {
    const workflow = read('.github/workflows/ci.yml')
    expect(workflow).toMatch(/runs-on: ubuntu-latest\n(.*\n)*? {6}- run: \.ci\/run\n/)
    expect(workflow).toMatch(
      /os: \[macos-latest, windows-latest\]\n(.*\n)* {6}- run: npm ci\n {6}- run: npm test\n/,
    )
  })
})

describe('a measured number in the sentences about performance', () => {
  const measured = /<!-- [\w-]+: begin -->.*?<!-- [\w-]+: end -->/gs
  const page = read('docs/performance.md')
  const tables = page.match(measured)?.join('') ?? ''
  /** Returns the decimals and the thousands of a text, which are measured. Whole numbers below a thousand may be anything. */
  const numbersIn = (text: string): string[] =>
    text.match(/(?<![\w/#.-])(\d[\d,]*\.\d+|\d{1,3},\d{3})/g) ?? []

  it('is in a table that a benchmark writes', () => {
    const told = numbersIn(page.replace(measured, ''))
    expect(told.length).toBeGreaterThan(10)
    const known = numbersIn(tables)
    expect(told.filter((number) => !known.some((each) => each.startsWith(number)))).toEqual([])
  })
})
