export const base64url = (bytes: Uint8Array): string =>
  bytes.toBase64({ alphabet: 'base64url', omitPadding: true })

const encoder = new TextEncoder()

/** Returns the SHA-256 of a text. */
export const sha256 = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)))

/** Returns the SHA-256 of a text, base64url. */
export const digest = async (text: string): Promise<string> => base64url(await sha256(text))

/**
 * Returns a new token of 256 random bits, base64url, and the hash to store. A plain hash is enough, because random bits can't be
 * guessed from a list, as a password can.
 */
export const createToken = async (): Promise<{ token: string; tokenHash: string }> => {
  const token = base64url(crypto.getRandomValues(new Uint8Array(32)))
  return { token, tokenHash: await digest(token) }
}

/** Compares two digests in a time that does not depend on where they differ. */
export const sameDigest = (a: string, b: string): boolean => {
  const [one, other] = [encoder.encode(a), encoder.encode(b)]
  return one.length === other.length && crypto.subtle.timingSafeEqual(one, other)
}
