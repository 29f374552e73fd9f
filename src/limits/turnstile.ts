import type { Credential } from '../auth/actor'
import type { Bindings } from '../env'
import { Problem } from '../http/problem'

const TURNSTILE_TIMEOUT_MILLISECONDS = 5000

type Verdict = { success: boolean; 'error-codes'?: string[] }

// Not about the visitor: https://developers.cloudflare.com/turnstile/get-started/server-side-validation
const ourFault = ['missing-input-secret', 'invalid-input-secret', 'bad-request', 'internal-error']

const verdictOf = async (url: string, secret: string, token: string): Promise<Verdict> => {
  // Without `remoteip`: it is optional, and an address needs go to nobody.
  const body = new URLSearchParams({ secret, response: token })
  const response = await fetch(url, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(TURNSTILE_TIMEOUT_MILLISECONDS),
  })
  const verdict = await response.json<Verdict>()
  if (verdict['error-codes']?.some((code) => ourFault.includes(code))) {
    throw new Error(`siteverify: ${verdict['error-codes'].join(', ')}`)
  }
  return verdict
}

/**
 * Where the instance has a Turnstile secret, throws unless `token` is what its widget gave a visitor: a 400 problem without
 * one, a 403 for a wrong, old or used one, and a 503 when Turnstile can't be asked, because a check that nobody makes
 * keeps nobody out. The admin needs none.
 */
export const requireVisitor = async (
  { TURNSTILE_SECRET, TURNSTILE_URL }: Pick<Bindings, 'TURNSTILE_SECRET' | 'TURNSTILE_URL'>,
  credential: Credential,
  token: string | undefined,
): Promise<void> => {
  if (!TURNSTILE_SECRET || credential.kind === 'admin') return
  if (token === undefined) {
    const errors = [{ path: 'turnstileToken', message: 'missing turnstileToken' }]
    throw new Problem('invalid-request', 'missing turnstileToken', { errors })
  }
  const verdict = await verdictOf(TURNSTILE_URL, TURNSTILE_SECRET, token).catch((error) => {
    console.error(JSON.stringify({ turnstile: String(error) }))
    throw new Problem('unavailable', 'Turnstile could not be asked. Nothing was stored; try again.', {
      headers: { 'Retry-After': '5' },
    })
  })
  if (verdict.success !== true) {
    throw new Problem(
      'challenge-failed',
      'Turnstile says no to this turnstileToken: each is good once, for five minutes.',
    )
  }
}
