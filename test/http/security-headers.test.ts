import { describe, expect, it } from 'vitest'
import { call, newRoom } from '../support/api'

describe('security headers', () => {
  const headersOf = async (method: string, path: string, options = {}) =>
    Object.fromEntries((await call(method, path, options)).headers)
  const everywhere = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'cross-origin',
    'strict-transport-security': 'max-age=15552000',
  }

  it('make the browser treat every answer of the API as data', async () => {
    const { name } = await newRoom()
    const answers = [
      ['GET', '/api/users'],
      ['GET', '/openapi.json'],
      ['GET', '/api/users/4711'],
      ['GET', '/nowhere'],
      ['PUT', '/api/users'],
      ['POST', '/api/users', { body: '{' }],
      ['POST', '/api/users', { body: new Uint8Array(70_000) }],
      ['OPTIONS', `/chatroom/${name}`],
    ] as const
    for (const [method, path, options] of answers) {
      expect(await headersOf(method, path, options), `${method} ${path}`).toMatchObject({
        ...everywhere,
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      })
    }
  })

  it.each(['/', '/docs', '/admin', '/problems', '/problems/banned'])(
    'let the page %s load scripts and styles from its own origin only, and refuse frames',
    async (path) => {
      const headers = await headersOf('GET', path)
      expect(headers).toMatchObject(everywhere)
      const policy = (headers['content-security-policy'] ?? '').split('; ')
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "connect-src 'self'",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'",
        ]),
      )
      // Neither a second policy nor unsafe-inline.
      expect(policy.join()).not.toMatch(/, |unsafe/)
    },
  )

  it.each([
    ['', "img-src 'self' data:"],
    [
      'Pictures.example, *.cdn.example:8443',
      "img-src https://pictures.example https://*.cdn.example:8443 'self' data:",
    ],
    ['*', "img-src https: 'self' data:"],
    ['bücher.example', "img-src https://xn--bcher-kva.example 'self' data:"],
    ["pictures.example;script-src *example 'unsafe-inline'", "img-src 'self' data:"],
  ])(
    'let pages load people’s pictures from the hosts that the site allows: %s',
    async (AVATAR_HOSTS, sources) => {
      const headers = await headersOf('GET', '/', { env: { AVATAR_HOSTS } })
      const policy = (headers['content-security-policy'] ?? '').split('; ')
      expect(policy.filter((rule) => rule.startsWith('img-src'))).toEqual([sources])
      expect(policy.filter((rule) => rule.startsWith('script-src'))).toEqual(["script-src 'self'"])
    },
  )
})
