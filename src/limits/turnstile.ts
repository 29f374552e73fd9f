import type { Bindings } from '../env'
import { errorText, log } from '../http/log'
import { Problem } from '../http/problem'

const TURNSTILE_TIMEOUT_MILLISECONDS = 5000

type Verdict = { success: boolean; 'error-codes'?: string[] }

// Errors of this server or of Turnstile, not of the visitor: https://developers.cloudflare.com/turnstile/get-started/server-side-validation
const serverErrors = ['missing-input-secret', 'invalid-input-secret', 'bad-request', 'internal-error']

const verdictOf = async (url: string, secret: string, token: string): Promise<Verdict> => {
  // `remoteip` is optional, and nobody needs the visitor's address.
  const body = new URLSearchParams({ secret, response: token })
  const response = await fetch(url, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(TURNSTILE_TIMEOUT_MILLISECONDS),
  })
  const verdict = await response.json<Verdict>()
  if (verdict['error-codes']?.some((code) => serverErrors.includes(code))) {
    throw new Error(`siteverify: ${verdict['error-codes'].join(', ')}`)
  }
  return verdict
}

type Visitor = { token: string | undefined; isAdmin: boolean; requestId: string }

/**
 * Throws unless a visitor has passed Turnstile, where the instance has a Turnstile secret: a 400 problem without a token, a
 * 403 for a wrong, old or used one, and a 503 if Turnstile can't be asked, because nobody may pass unchecked. The admin needs
 * no token.
 */
export const requireTurnstile = async (
  { TURNSTILE_SECRET, TURNSTILE_URL }: Pick<Bindings, 'TURNSTILE_SECRET' | 'TURNSTILE_URL'>,
  { token, isAdmin, requestId }: Visitor,
): Promise<void> => {
  if (!TURNSTILE_SECRET || isAdmin) return
  if (token === undefined) {
    const errors = [{ path: 'turnstileToken', message: 'missing turnstileToken' }]
    throw new Problem('invalid-request', 'missing turnstileToken', { errors })
  }
  const verdict = await verdictOf(TURNSTILE_URL, TURNSTILE_SECRET, token).catch((error) => {
    log('error', 'Turnstile not reached', requestId, { error: errorText(error) })
    throw new Problem('unavailable', 'Turnstile did not answer, so no user was created. Try again.', {
      headers: { 'Retry-After': '5' },
    })
  })
  if (verdict.success !== true) {
    throw new Problem(
      'challenge-failed',
      'Turnstile refused this turnstileToken. A token works once, within five minutes. Solve the challenge again.',
    )
  }
}
