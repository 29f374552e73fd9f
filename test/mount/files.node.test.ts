import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { filesIn, isFile } from '../../src/mount/files.ts'

const headersFile = readFileSync('public/_headers', 'utf8')

/** Returns the headers that `public/_headers` gives to a path. */
const headersOf = (path: string): Record<string, string> => {
  const headers: Record<string, string> = {}
  let applies = false
  for (const line of headersFile.split('\n').filter((line) => line && !line.startsWith('#'))) {
    const [, removed, name = '', value = ''] = /^ {2}(! )?([\w-]+)(?:: (.*))?$/.exec(line) ?? []
    if (name === '') applies = new RegExp(`^${line.replace('*', '.*')}$`).test(path)
    else if (applies && removed) delete headers[name.toLowerCase()]
    else if (applies) headers[name.toLowerCase()] = value
  }
  return headers
}

const assets = {
  asked: [] as string[],
  async fetch(input: RequestInfo | URL): Promise<Response> {
    const { pathname } = new URL(new Request(input).url)
    this.asked.push(pathname)
    if (pathname.endsWith('/missing.js')) return new Response('', { status: 404 })
    if (pathname.endsWith('/docs'))
      return new Response('', { status: 307, headers: { Location: `${pathname}/` } })
    return new Response('a file', { headers: { 'Content-Security-Policy': "default-src 'self'" } })
  },
}

describe('a file of a mounted app', () => {
  it.each(['/', '/docs', '/admin', '/parlour.js', '/parlour/en-00000000.js', '/problems/banned'])(
    '%s has the headers of public/_headers, whatever those of the Worker are',
    async (path) => {
      const { headers } = await filesIn(assets, '/chat').fetch(`https://site.example${path}`)
      const { 'content-type': _, ...given } = Object.fromEntries(headers)
      expect(given).toEqual(headersOf(path))
      expect(Object.keys(given).length).toBeGreaterThan(8)
    },
  )

  it('comes from the folder of the assets, also where these add a slash', async () => {
    assets.asked = []
    const files = filesIn(assets, '/chat')
    expect(await (await files.fetch('https://site.example/docs?a=1')).text()).toBe('a file')
    expect((await files.fetch('https://site.example/missing.js')).status).toBe(404)
    expect(assets.asked).toEqual(['/chat/docs', '/chat/docs/', '/chat/missing.js'])
  })

  it.each([
    ['/parlour.js', true],
    ['/docs/swagger-ui/swagger-ui.css', true],
    ['/openapi.json', false],
    ['/chatroom/a.js', false],
    ['/api/users/a.js', false],
    ['/docs', false],
    ['/', false],
  ])('is not any path: %s', (path, expected) => {
    expect(isFile(path)).toBe(expected)
  })
})
