import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
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

const described = JSON.stringify(document)

/** A page, the words in it, and the constant in the code, or the limit in the OpenAPI document. */
const claims: [page: string, words: RegExp, text: string, number: RegExp, per?: number][] = [
  [
    'docs/architecture.md',
    /Every (\d+) seconds it compares/,
    code,
    /\b(?:CHECK|COMPARE)_MILLISECONDS = ([\d_]+)/,
    1000,
  ],
  ['docs/architecture.md', /one room, for (\d+) seconds/, code, /TICKET_MILLISECONDS = ([\d_]+)/, 1000],
  ['docs/live.md', /one room, for (\d+) seconds/, code, /TICKET_MILLISECONDS = ([\d_]+)/, 1000],
  ['docs/live.md', /Once (\d+) MB wait/, code, /MAX_UNREAD\w* = (\d+) \* 1024 \* 1024/],
  ['docs/live.md', /larger than (\d+) KiB/, code, /MAX_FRAME_BYTES = (\d+) \* 1024/],
  ['docs/api.md', /larger than (\d+) KiB/, code, /maxSize: (\d+) \* KIBIBYTE/],
  ['docs/api.md', /`\?limit=` takes 1 to (\d+)/, described, /"name":"limit".*?"maximum":(\d+)/],
  ['docs/api.md', /come in pages of (\d+)/, described, /"name":"limit".*?"default":(\d+)/],
  ['docs/api.md', /name\*\* has 1 to (\d+) characters/, described, /"name":"name".*?"maxLength":(\d+)/],
  ['docs/logins.md', /at least (\d+) bytes/, code, /MIN_SECRET_BYTES = (\d+)/],
]

describe('a number that a page says', () => {
  it.each(claims)('%s: %s is what the code has', (page, words, text, number, per = 1) => {
    const [, said] = words.exec(read(page)) ?? []
    const [, value = ''] = number.exec(text) ?? []
    expect(Number(said)).toBe(Number(value.replaceAll('_', '')) / per)
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
    expect(named(parts).filter((part) => !new RegExp(`part="?[\\w -]*\\b${part}\\b`).test(source))).toEqual(
      [],
    )
  })
})

describe('a close code', () => {
  it('is in docs/live.md, with its number', () => {
    const codes = [...read('src/contract/close-codes.ts').matchAll(/\[(4\d{3}),/g)].map(([, code]) => code)
    expect(codes.length).toBeGreaterThan(4)
    const rows = [...read('docs/live.md').matchAll(/^\| (4\d{3}) \|/gm)].map(([, code]) => code)
    expect(rows).toEqual(codes)
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
