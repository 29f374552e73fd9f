const PREFIX = 'whsec_'
const encoder = new TextEncoder()

/** Returns a new secret: 256 random bits, as Standard Webhooks writes them. */
export const newSecret = (): string => PREFIX + crypto.getRandomValues(new Uint8Array(32)).toBase64()

const sign = async (secret: string, text: string): Promise<string> => {
  const bytes = Uint8Array.fromBase64(secret.slice(PREFIX.length))
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, encoder.encode(text))
  return `v1,${new Uint8Array(signature).toBase64()}`
}

/**
 * Returns the headers that prove where a delivery comes from and that it is new, with a signature by each secret:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const signatureHeaders = async (
  secrets: string[],
  { id, now, body }: { id: string; now: number; body: string },
): Promise<Record<string, string>> => {
  const timestamp = String(Math.floor(now / 1000))
  const signatures = await Promise.all(secrets.map((secret) => sign(secret, `${id}.${timestamp}.${body}`)))
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
