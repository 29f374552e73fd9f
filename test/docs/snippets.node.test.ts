import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { parseSettings, readDefaults } from '../../scripts/settings/file.ts'
import { snippetRunner } from '../support/node/snippet-runner.ts'
import { pages, printsAsWritten, type Snippet, snippetsIn, snippetsOf } from '../support/node/snippets.ts'

/** The secrets that a reader has in `.dev.vars`. */
const secrets = {
  ADMIN_TOKEN: 'admin-token-only-for-these-tests',
  JWT_SECRET: 'secret-of-more-than-32-bytes-only-for-these-tests',
}

/** The languages, and the marks that each may have. */
const marksOf: Record<string, string[]> = {
  bash: ['account', 'setup', 'listens', 'silent', 'fails'],
  js: ['listens', 'silent'],
  html: ['login'],
  // Checked by test/scripts/package.node.test.ts.
  jsx: [],
  // The files of a site's own tool, in docs/recipes.
  astro: [],
  css: [],
  'go-html-template': [],
  liquid: [],
  njk: [],
  php: [],
  ts: [],
  yaml: [],
  toml: [],
  sql: [],
  json: ['input'],
  text: ['input'],
}

const all = pages().flatMap(snippetsOf)
const runs = ({ language, marks }: Snippet): boolean =>
  (language === 'bash' || language === 'js') && !marks.includes('account') && !marks.includes('setup')

// Git for Windows has a bash, but not one that can be relied on to be found.
describe.skipIf(process.platform === 'win32')('the commands and the scripts of', { timeout: 300_000 }, () => {
  let runner: Awaited<ReturnType<typeof snippetRunner>>
  beforeAll(async () => {
    runner = await snippetRunner(secrets)
  })
  beforeEach(() => runner.clear())
  afterAll(() => runner.remove())

  const withSnippets = [...new Set(all.filter(runs).map(({ page }) => page))]
  it.each(withSnippets)('%s run in their order, and print what the page says', async (page) => {
    for (const snippet of snippetsOf(page).filter(runs)) await runner.run(snippet)
    await runner.finish()
  })

  it('docs/go-public.md run after its first step, which protects every name', async () => {
    const protecting = await snippetRunner({ ...secrets, IDENTITY: 'protected' })
    onTestFinished(() => protecting.remove())
    await protecting.clear()
    for (const snippet of snippetsOf('docs/go-public.md').filter(runs)) await protecting.run(snippet)
  })

  it.each([
    ['asks for a path that is not there', '```bash\ncurl localhost:8787/api/hallo\n```'],
    ['has another output', '```bash\ncurl localhost:8787/api/hello\n```\n```json\n{"name":"parlor",…}\n```'],
    ['leaves out fields', '```bash\ncurl localhost:8787/api/hello\n```\n```json\n{"name":"parlour"}\n```'],
    ['names a script that is not there', '```bash\nnpm run walk -- lobby\n```'],
    ['throws', "```js\nawait fetch('http://localhost:8787/api/hello').then(({ json }) => json())\n```"],
    ['uses a secret that nothing has shown', '```bash\necho "paste the token here"\n```'],
  ])('a page that %s fail', async (_, text) => {
    const [wrong] = snippetsIn('a page', text)
    await expect(wrong && runner.run(wrong)).rejects.toThrow()
  })

  it('a page that listens and prints something else fail', async () => {
    const [listens] = snippetsIn('a page', '```js listens\nconsole.log(1)\n```\n```text\n…1…2\n```')
    if (listens) await runner.run(listens)
    await expect(runner.finish(100)).rejects.toThrow('printed something else')
  })
})

describe('a fenced block', () => {
  it('has a language, and marks that the tests know', () => {
    const unknown = all.filter(
      ({ language, marks }) => !marksOf[language] || marks.some((mark) => !marksOf[language]?.includes(mark)),
    )
    expect(unknown.map(({ page, line, language, marks }) => [page, line, language, ...marks])).toEqual([])
  })

  it('that does not run names scripts and files that are there', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
    const commands = all.filter(({ language }) => language === 'bash').flatMap(({ code }) => code.split('\n'))
    const named = commands.flatMap((line) =>
      [...line.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = '']) => name),
    )
    expect(named.length).toBeGreaterThan(10)
    const own = ['ci', 'install', 'run', 'exec']
    expect(named.filter((name) => !(name in scripts) && !own.includes(name))).toEqual([])
  })

  it('that needs an account is a command of wrangler, git, or a script of ours', () => {
    const account = all.filter(({ marks }) => marks.includes('account'))
    expect(account.length).toBeGreaterThan(5)
    const lines = account
      .flatMap(({ code }) => code.trim().split('\n'))
      .filter((line) => !line.startsWith('#'))
    expect(
      lines.filter(
        (line) =>
          !/^(npm run (wrangler --|deploy|upgrade|backup)|npx wrangler |git |export |curl )/.test(line),
      ),
    ).toEqual([])
  })

  it('of TOML is allowed in settings.toml', () => {
    // A recipe has the settings of another tool.
    const blocks = all.filter(
      ({ language, page }) => language === 'toml' && !page.startsWith('docs/recipes/'),
    )
    expect(blocks.length).toBeGreaterThan(3)
    const { vars } = readDefaults()
    for (const { code } of blocks) expect(() => parseSettings(code, vars)).not.toThrow()
    expect(() => parseSettings('workers_dev = "no"', vars)).toThrow('workers_dev')
  })
})

describe('the output of a snippet', () => {
  it.each([
    ['{"a":1}', '{"a":1}', true],
    ['{"a":1}', '{"a":2}', false],
    ['{"a":1}', '{"a":1,"b":2}', false],
    ['{"a":1,…}', '{"a":1,"b":2}', true],
    ['{"a":1,…}', '{"b":2}', false],
    ['{"a":"…"}', '{"a":"x"}', true],
    ['{"a":"x…z"}', '{"a":"xyz"}', true],
    ['{"a":"x…z"}', '{"a":"xyy"}', false],
    ['{"a":…}', '{"a":{"b":[1]}}', true],
    ['[1,…]', '[1,2,3]', true],
    ['{"a":"urn:…"}', '{"a":"urn:x"}', true],
    ['[{"a":1,…},{"b":2,…}]', '[{"a":1},{"b":2,"c":3}]', true],
    ['[1,2]', '[1,2,3]', false],
    ['{"a":1}', 'no JSON', false],
  ])('%s is what %s is: %s', (code, printed, is) => {
    expect(printsAsWritten({ language: 'json', code }, printed)).toBe(is)
  })

  it('is text with … for what differs each time', () => {
    const code = '…:… danny: hello!\n'
    expect(printsAsWritten({ language: 'text', code }, '12:01:02 danny: hello!\n')).toBe(true)
    expect(printsAsWritten({ language: 'text', code }, '12:01:02 danny: hello?\n')).toBe(false)
  })

  it('is text with a line of … for any number of lines', () => {
    const code = 'first\n…\nsecond\n…\n'
    for (const printed of ['first\nsecond\n', 'first\nx\ny\nsecond\nz'])
      expect(printsAsWritten({ language: 'text', code }, printed)).toBe(true)
    for (const printed of ['first\nx second\n', 'second\nfirst\n', 'first\n'])
      expect(printsAsWritten({ language: 'text', code }, printed)).toBe(false)
  })
})
