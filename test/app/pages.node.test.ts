import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localServer } from '../support/node/server.ts'

const server = await localServer()
const { url } = server
const pages = ['/', '/docs', '/admin', '/problems', '/problems/banned']

const send = (path: string, method: string, body: unknown = {}) =>
  fetch(url + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Returns the URLs of the links and resources of the page at a path. */
const references = (html: string, path: string): string[] =>
  Array.from(
    html.matchAll(/\s(?:href|src)="([^"]*)"/g),
    ([, reference]) => new URL(reference ?? '', url + path).href,
  )

beforeAll(async () => {
  await server.start()
  // The landing page links to the results of its four calls.
  await send('/api/chatroom', 'POST', { name: 'class-channel' })
})
afterAll(server.remove)

describe.each(pages)('the page %s', (path) => {
  it('runs and loads nothing but files of its own origin', async () => {
    const page = await fetch(url + path)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = (page.headers.get('content-security-policy') ?? '').split('; ')
    expect(policy.slice(0, 5)).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "img-src 'self' data:",
    ])
    // Swagger UI works without it.
    expect(policy.includes("require-trusted-types-for 'script'")).toBe(path !== '/docs')

    const html = await page.text()
    // This policy blocks them.
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/)
    expect(references(html, path).filter((reference) => !reference.startsWith(`${url}/`))).toEqual([])
  })

  it('leads nowhere in vain', async () => {
    const html = await (await fetch(url + path)).text()
    expect(references(html, path).length).toBeGreaterThan(5)
    for (const reference of references(html, path)) {
      const { status } = await fetch(reference)
      expect([reference, status]).toEqual([reference, 200])
    }
  })

  it('answers a wrong method like everything else', async () => {
    for (const method of ['POST', 'DELETE']) {
      const refused = await send(path, method)
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS'])
      expect(refused.headers.get('content-type')).toBe('application/problem+json')
    }
  })
})

it.each(['/docs/', '/admin/', '/docs/index.html'])('%s leads to the page', async (path) => {
  const page = await fetch(url + path)
  expect([page.status, page.redirected, new URL(page.url).pathname]).toEqual([
    200,
    true,
    path.replace(/\/(index.html)?$/, ''),
  ])
})

describe('Swagger UI', () => {
  it('has styles that load nothing from elsewhere', async () => {
    const css = await (await fetch(`${url}/docs/swagger-ui/swagger-ui.css`)).text()
    const loaded = [...css.matchAll(/url\(["']?([^)]{0,20})/g)].map(([, begin = '']) => begin)
    expect(loaded.filter((begin) => !begin.startsWith('data:'))).toEqual([])
    expect(css).not.toContain('@import')
  })

  it('goes with its licences', async () => {
    for (const name of ['LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt']) {
      expect([name, (await fetch(`${url}/docs/swagger-ui/${name}`)).status]).toEqual([name, 200])
    }
  })

  it('is installed without what would report that it is', () => {
    const installed = JSON.parse(readFileSync('node_modules/@scarf/scarf/package.json', 'utf8'))
    expect(installed).toMatchObject({ name: '@types/trusted-types', main: '' })
    expect(installed.scripts).toEqual({})
  })
})
