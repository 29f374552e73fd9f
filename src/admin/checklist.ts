import type { Bindings } from '../env'
import { prototypeParts } from '../lib/checklist'

const secretNames = [
  'ADMIN_TOKEN',
  'JWT_SECRET',
  'TURNSTILE_SECRET',
  'VAPID_PRIVATE_KEY',
] as const satisfies (keyof Bindings)[]

/** Returns what should be set before the site is public, a sentence each. */
export const checklistOf = (env: Bindings): string[] =>
  prototypeParts(
    env,
    secretNames.filter((name) => Boolean(env[name])),
  )
