import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pages } from '../support/node/snippets.ts'

const read = (path: string): string => readFileSync(path, 'utf8')
const withoutCode = (text: string): string =>
  text.replace(/^ *```.*?^ *```$/gms, '').replace(/`[^`\n]*`/g, '')
const words = (text: string): number => text.split(/\s+/).filter(Boolean).length

/** Returns the anchors that GitHub makes of a page's headings. */
const anchorsOf = (path: string): string[] =>
  [
    ...read(path)
      .replace(/^ *```.*?^ *```$/gms, '')
      .matchAll(/^#+ (.+)$/gm),
  ].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

/** The links of a page, without those to other sites. */
const linksOf = (path: string): string[] =>
  [...withoutCode(read(path)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^(https?:|mailto:)/.test(link))

describe('a page', () => {
  it.each(pages())('%s links to what is there', (path) => {
    const broken = linksOf(path).filter((link) => {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : normalize(join(dirname(path), file)).replaceAll(sep, '/')
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
    })
    expect(broken).toEqual([])
  })

  it('of docs is in the index, in which each link is another page', () => {
    const listed = linksOf('docs/README.md').map((link) => `docs/${link}`)
    expect(new Set(listed).size).toBe(listed.length)
    const wanted = pages().filter((path) => /^docs\/[\w-]+\.md$/.test(path) && path !== 'docs/README.md')
    expect(wanted.filter((path) => !listed.includes(path))).toEqual([])
  })

  it('names no file that is not there', () => {
    // The files of a recipe are those of somebody's site.
    const ours = pages().filter((path) => !path.startsWith('docs/recipes/'))
    const named = ours.flatMap((path) =>
      [
        ...read(path).matchAll(
          /`((?:src|test|scripts|bench|public|examples|migrations|docs)\/[\w./-]+\.\w+)`/g,
        ),
      ].map(([, file = '']) => [path, file]),
    )
    expect(named.filter(([, file = '']) => !existsSync(file) && !/_NAME\b/.test(file))).toEqual([])
  })
})

describe('a tracked text file', () => {
  it('has no conflict markers', () => {
    // With -I, git leaves out files that are not text.
    const files = execFileSync('git', ['grep', '-Ile', '.'], { encoding: 'utf8' }).trim().split('\n')
    expect(files.length).toBeGreaterThan(100)
    expect(files.filter((path) => existsSync(path) && /^(<{7} |={7}$|>{7} )/m.test(read(path)))).toEqual([])
  })
})

describe('README.md', () => {
  it('is short: 150 lines', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(151)
  })
})

describe('docs/first-chatroom.md', () => {
  it('has at most a hundred words a step', () => {
    const [, ...steps] = read('docs/first-chatroom.md').split(/^## /m)
    expect(steps.length).toBeGreaterThan(5)
    expect(steps.filter((step) => words(step) > 100).map((step) => step.split('\n')[0])).toEqual([])
  })
})

describe('a decision', () => {
  const decisions = pages().filter((path) => /^docs\/decisions\/\d/.test(path))

  it('has a number of its own, without gaps', () => {
    expect(decisions.map((path) => Number(/\/(\d{4})-/.exec(path)?.[1]))).toEqual(
      decisions.map((_, i) => i + 1),
    )
  })

  it.each(decisions)('%s has a title with its number, a date and a status', (path) => {
    const [title, , status] = read(path).split('\n')
    expect(title).toMatch(new RegExp(`^# ${Number(/\/(\d{4})-/.exec(path)?.[1])}\\. \\S`))
    expect(status).toMatch(
      /^Status: (accepted|(partly )?superseded by \[\d+\]\(\d{4}-[\w-]+\.md\)(, \[\d+\]\(\d{4}-[\w-]+\.md\))*), \d{4}-\d\d-\d\d$/,
    )
  })

  it.each(decisions)('%s has at most 500 words', (path) => {
    expect(words(read(path))).toBeLessThanOrEqual(500)
  })

  it.each(decisions)('%s says the context and the choice', (path) => {
    expect(read(path)).toMatch(/^\*\*Context\.\*\*/m)
    expect(read(path)).toMatch(/^\*\*Choice/m)
  })

  it('is in the index, with its title and status', () => {
    const index = read('docs/decisions/README.md')
    const rows = decisions.map((path) => {
      const [title = '', , status = ''] = read(path).split('\n')
      const [, number = '', words = ''] = /^# (\d+)\. (.+)$/.exec(title) ?? []
      const [, state = ''] = /^Status: (.+), [\d-]+$/.exec(status) ?? []
      return `| [${number}](${path.replace('docs/decisions/', '')}) | ${words} | ${state} |`
    })
    expect(index.split('\n').filter((line) => /^\| \[\d/.test(line))).toEqual(rows)
  })
})

describe('the words of a page', () => {
  // A sentence begins with what acts: "The server ends …", not "What ends it is …".
  const clause = /(?:^|[.!?:]\s+|\n\n|\n- |\n\d+\. |\| )(What|Who|Whether|Whoever|Whatever) [^.?!|]*[.|]/g
  it.each(pages())('of %s begin no sentence with a clause', (path) => {
    const prose = withoutCode(read(path))
      .replace(/<!--.*?-->/gs, '')
      .replace(/^#.*$/gm, '')
    expect([...prose.matchAll(clause)].map(([sentence]) => sentence.trim())).toEqual([])
  })

  it('name no machine of ours', () => {
    const named = pages().filter((path) => /\/work\/|\/home\/\w+\/|\/root\//.test(read(path)))
    expect(named).toEqual([])
  })
})

describe('the version', () => {
  it('of package.json is in CHANGELOG.md, as its newest, and in package-lock.json', () => {
    const { version } = JSON.parse(read('package.json'))
    expect(/^## (\d+\.\d+\.\d+)/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version)
    const lock = JSON.parse(read('package-lock.json'))
    expect([lock.version, lock.packages[''].version]).toEqual([version, version])
  })
})
