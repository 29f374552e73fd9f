import { MAX_BAN_NETWORK_HOURS } from '../../src/contract/limits.ts'
import { approvals, roomPolicies } from '../../src/contract/lists.ts'

/** The check of a setting. `rule` completes the sentence "… must be". */
type Rule = { rule: string; allows: (value: unknown) => boolean }

const quoted = (words: readonly string[]): string =>
  words
    .map((word) => `"${word}"`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1')

const oneOf = (words: readonly string[]): Rule => ({
  rule: quoted(words),
  allows: (value) => words.includes(value as string),
})

const text = (rule: string, pattern: RegExp): Rule => ({
  rule,
  allows: (value) => typeof value === 'string' && pattern.test(value),
})

const wholeNumber: Rule = {
  rule: 'a whole number, or 0 for no limit',
  allows: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
}

const banNetworkHours: Rule = {
  rule: `a whole number of hours up to ${MAX_BAN_NETWORK_HOURS}, or 0 for no bans of networks`,
  allows: (value) => wholeNumber.allows(value) && Number(value) <= MAX_BAN_NETWORK_HOURS,
}

const isUrl = (value: string): boolean => {
  const url = URL.parse(value)
  const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return url?.protocol === 'https:' || isLocal
}

const url = ({ mayBeEmpty }: { mayBeEmpty: boolean }): Rule => ({
  rule: `a URL that begins with https://${mayBeEmpty ? ', or empty' : ''}`,
  allows: (value) => typeof value === 'string' && ((mayBeEmpty && value === '') || isUrl(value)),
})

const origins: Rule = {
  rule: '"*", or origins separated by commas, each a scheme and a host without a path: "https://example.org, https://*.example.org"',
  allows: (value) =>
    typeof value === 'string' &&
    value.split(',').every((origin) => /^(\*|https?:\/\/[^\s/,]+)$/.test(origin.trim())),
}

type Limits = Record<string, { limit: number; period: number }>
const isLimit = (value: unknown): boolean => {
  const { limit, period } = (value ?? {}) as Partial<Limits[string]>
  return Number.isSafeInteger(limit) && Number(limit) > 0 && (period === 10 || period === 60)
}
/** Cloudflare counts in periods of 10 or 60 seconds only. */
const rateLimit: Rule = {
  rule: 'like { limit = 300, period = 60 }, where the period is 10 or 60 seconds',
  allows: isLimit,
}

const anyText: Rule = { rule: 'a text in quotes', allows: (value) => typeof value === 'string' }
const yesOrNo: Rule = { rule: 'true or false', allows: (value) => typeof value === 'boolean' }

/** Settings of the Worker and its database that are no vars. */
export const workerRules = {
  name: text('lower-case letters, digits and dashes, at most 63', /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
  account_id: text('the 32 hexadecimal digits of your account', /^[0-9a-f]{32}$/),
  database_name: text('letters, digits, dashes and underscores', /^[\w-]{1,64}$/),
  database_id: text('the id of a D1 database', /^[0-9a-f-]{36}$/),
  bucket_name: text(
    'lower-case letters, digits and dashes, 3 to 63, or empty for no files',
    /^$|^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  ),
  domain: text('a host such as "chat.example.org", without https://', /^([a-z0-9-]+\.)+[a-z0-9-]+$/),
  workers_dev: yesOrNo,
  invocation_logs: yesOrNo,
  analytics_dataset: text('letters, digits and underscores, at most 64', /^\w{1,64}$/),
} satisfies Record<string, Rule>

/** Rules for the vars of wrangler.toml that not every value of their type would suit. */
const varRules: Record<string, Rule> = {
  IDENTITY: oneOf(['open', 'protected']),
  ROOMS: oneOf(roomPolicies),
  ROOMS_PER_DAY: wholeNumber,
  FILE_BYTES: wholeNumber,
  FILE_BYTES_PER_USER_DAY: wholeNumber,
  FILE_BYTES_PER_ADDRESS_DAY: wholeNumber,
  FILE_BYTES_PER_DAY: wholeNumber,
  APPROVAL: oneOf(approvals),
  DAILY_WRITES: wholeNumber,
  SWEEP_WRITES: wholeNumber,
  RETENTION_DAYS: { ...wholeNumber, rule: 'a whole number of days, or 0 to keep messages' },
  BAN_NETWORK_HOURS: banNetworkHours,
  ARCHIVE_INDEX: oneOf(['on', 'off']),
  ALLOWED_ORIGINS: origins,
  TURNSTILE_URL: url({ mayBeEmpty: false }),
  TURNSTILE_SCRIPT_URL: url({ mayBeEmpty: false }),
  JWT_JWKS_URL: url({ mayBeEmpty: true }),
  VAPID_SUBJECT: text(
    'an address such as mailto:you@example.org, or a URL that begins with https://, or empty',
    /^$|^mailto:[^\s@]+@[^\s@]+$|^https:\/\/\S+$/,
  ),
  LOG: oneOf(['on', 'off']),
}

/** Returns the rule for a var with this default. */
const varRule = (name: string, value: unknown): Rule =>
  varRules[name] ?? (typeof value === 'number' ? wholeNumber : anyText)

/** The secrets of the Worker, which are in no file that is uploaded. */
export const secretNames = ['ADMIN_TOKEN', 'JWT_SECRET', 'TURNSTILE_SECRET', 'VAPID_PRIVATE_KEY']

export type Values = Record<string, unknown>

/** Returns what is wrong with a setting, or undefined. `vars` are the defaults of wrangler.toml. */
export const faultOf = (name: string, value: unknown, vars: Values): string | undefined => {
  if (secretNames.includes(name))
    return `${name} is a secret. Write it into .dev.vars, and give it to the Worker: npm run wrangler -- secret put ${name}`
  if (name === 'RATE_LIMITS') {
    const known = Object.keys((vars.RATE_LIMITS ?? {}) as Values)
    for (const [limit, given] of Object.entries((value ?? {}) as Values)) {
      if (!known.includes(limit))
        return `RATE_LIMITS.${limit} is no limit. The limits are ${known.join(', ')}.`
      if (!rateLimit.allows(given))
        return `RATE_LIMITS.${limit} must be ${rateLimit.rule}, not ${JSON.stringify(given)}.`
    }
    return typeof value === 'object'
      ? undefined
      : 'RATE_LIMITS must name a limit: RATE_LIMITS.ADDRESS_WRITES = …'
  }
  const rule = Object.hasOwn(workerRules, name)
    ? workerRules[name as keyof typeof workerRules]
    : Object.hasOwn(vars, name)
      ? varRule(name, vars[name])
      : undefined
  if (rule)
    return rule.allows(value) ? undefined : `${name} must be ${rule.rule}, not ${JSON.stringify(value)}.`
  const names = [...Object.keys(workerRules), ...Object.keys(vars)]
  const meant = names.find((known) => known.toLowerCase() === name.toLowerCase())
  if (meant) return `${name} is no setting. Write ${meant}.`
  if (typeof value === 'object')
    return `[${name}] is no setting. Write the settings without a line in square brackets.`
  return `${name} is no setting. The settings are ${names.join(', ')}.`
}
