import { Hono } from 'hono'
import type { Env } from '../env'
import { allowsAnyOrigin } from './origins'
import { Problem } from './problem'

const attribute = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

/** Returns the page's site key; undefined unless Turnstile is turned on. */
export const siteKeyOf = ({
  TURNSTILE_SECRET,
  TURNSTILE_SITE_KEY,
}: Pick<Env['Bindings'], 'TURNSTILE_SECRET' | 'TURNSTILE_SITE_KEY'>): string | undefined =>
  TURNSTILE_SECRET ? TURNSTILE_SITE_KEY || undefined : undefined

/**
 * `/turnstile`: a page that shows the Turnstile widget in a frame of the element, because the widget does not work inside a
 * shadow root. Pages of the allowed origins may frame it. src/client/pages/turnstile.ts says what it tells its parent.
 */
export const turnstileFrame = new Hono<Env>().get('/', (c) => {
  const siteKey = siteKeyOf(c.env)
  if (siteKey === undefined)
    throw new Problem(
      'not-found',
      'Turnstile is not turned on here: TURNSTILE_SITE_KEY or TURNSTILE_SECRET is not set.',
    )
  const { ALLOWED_ORIGINS, TURNSTILE_SCRIPT_URL: script } = c.env
  const { origin } = new URL(script)
  const ancestors = allowsAnyOrigin(ALLOWED_ORIGINS) ? '*' : `'self' ${ALLOWED_ORIGINS?.replaceAll(',', ' ')}`
  c.header(
    'Content-Security-Policy',
    `default-src 'none'; script-src 'self' ${origin}; style-src 'self'; connect-src ${origin}; frame-src ${origin}; base-uri 'none'; form-action 'none'; frame-ancestors ${ancestors}`,
  )
  c.header('X-Frame-Options', undefined)
  c.header('Cache-Control', 'no-cache')
  return c.html(`<!doctype html>
<html lang="en" data-site-key="${attribute(siteKey)}" data-script="${attribute(script)}">
  <head>
    <meta charset="utf-8">
    <meta name="color-scheme" content="light dark">
    <title>Turnstile</title>
    <link rel="stylesheet" href="turnstile.css">
    <script type="module" src="turnstile.js"></script>
  </head>
  <body><div id="widget"></div></body>
</html>
`)
})
