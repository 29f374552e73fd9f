import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { chatIn } from '../support/browser/chat.ts'
import { it } from '../support/browser/fixtures.ts'
import { fresh } from '../support/browser/names.ts'
import { staticFolder } from '../support/node/static-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'parlour-packages-'))
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }))

/** The URL of the API in the projects. */
const USUAL_API = 'http://localhost:8787'

const npm = (args: string[], cwd: string): string => {
  try {
    return execFileSync('npm', args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      env: {
        // Settings of the npm that runs the tests are not this one's.
        ...Object.fromEntries(
          Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$)/i.test(name)),
        ),
        ASTRO_TELEMETRY_DISABLED: '1',
        NEXT_TELEMETRY_DISABLED: '1',
      },
    })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    const network = /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|network)\b/.test(stderr)
    const hint = network ? ' The registry of npm can not be reached, which this test needs.' : ''
    throw new Error(`npm ${args.join(' ')} failed.${hint}\n${stdout}\n${stderr}`)
  }
}

let tarball = ''
beforeAll(() => {
  const [packed] = JSON.parse(npm(['pack', '--json', '--pack-destination', root], '.').replace(/^[^[]*/, ''))
  tarball = join(root, packed.filename)
})

/** Installs and builds a copy of a project, which asks the server. Returns the copy's folder. */
const built = (name: string, server: string): string => {
  const folder = join(root, name)
  cpSync(resolve('test/packages', name), folder, { recursive: true })
  for (const path of globSync('**/*.{html,astro,vue,svelte,ts,tsx}', { cwd: folder }))
    if (statSync(join(folder, path)).isFile()) {
      const text = readFileSync(join(folder, path), 'utf8')
      writeFileSync(join(folder, path), text.replaceAll(USUAL_API, server))
    }
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (scripts) npm(['ci', '--no-audit', '--no-fund'], folder)
  npm(['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', tarball], folder)
  if (scripts) npm(['run', 'build'], folder)
  return folder
}

describe('the packed package in a project of', () => {
  it.for([
    { name: 'html', output: '.', send: 'Send' },
    { name: 'vite-react', output: 'dist', send: 'Go' },
    { name: 'vue', output: 'dist', send: 'Go' },
    { name: 'svelte', output: 'dist', send: 'Go' },
    { name: 'astro', output: 'dist', send: 'Send' },
    { name: 'next', output: 'out', send: 'Go' },
  ])(
    '$name is built, and shows a room in which people write',
    async (project, { server, api, visitor, onTestFinished }) => {
      const start = Date.now()
      const folder = built(project.name, server.url)
      console.log(`${project.name}: installed and built in ${Math.round((Date.now() - start) / 1000)} s`)
      const site = await staticFolder(join(folder, project.output))
      onTestFinished(site.close)
      const page = await visitor({ asks: [site.url] })
      await page.goto(site.url)
      const chat = chatIn(page)
      const text = `hello from ${project.name}`
      await chat.say(text)
      await chat.name(fresh('danny'))
      await chat.message(text).waitFor()
      await chat.button(project.send).waitFor()
      const { messages } = await api<{ messages: { message: string }[] }>(
        'GET',
        `/chatroom/${project.name}/message`,
      )
      expect(messages.map(({ message }) => message)).toEqual([text])
      // A part that loads on use, from the files that the project's bundler has made.
      await chat.root.locator('[part=search-button]').click()
      await chat.root.locator('[part=search-input]').waitFor()
    },
  )
})
