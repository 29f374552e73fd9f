type Values = Readonly<Record<string, unknown>>

/** Returns what of a configuration suits a prototype but no public site, a sentence each. `secrets` are the names of those that are set. */
export const prototypeParts = (vars: Values, secrets: readonly string[]): string[] => {
  const isSet = (name: string): boolean => vars[name] !== undefined && vars[name] !== ''
  const hasLogins = isSet('JWT_JWKS_URL') || secrets.includes('JWT_SECRET')
  const hasTurnstile = isSet('TURNSTILE_SITE_KEY') && secrets.includes('TURNSTILE_SECRET')
  const parts: [boolean, string][] = [
    [vars.IDENTITY !== 'protected', 'Anybody may write under any open name. Set IDENTITY = "protected".'],
    [
      vars.ROOMS !== 'site' && vars.ROOMS !== 'admin',
      'Visitors own the chatrooms that they make. Set ROOMS = "site".',
    ],
    [
      String(vars.ALLOWED_ORIGINS ?? '*')
        .split(',')
        .some((origin) => origin.trim() === '*'),
      'Pages of any origin may use the server. Set ALLOWED_ORIGINS = "https://example.org".',
    ],
    [
      !secrets.includes('ADMIN_TOKEN'),
      'There is no ADMIN_TOKEN, so nobody can moderate the rooms of the site. Make one: npm run setup',
    ],
    [
      !hasTurnstile && !hasLogins,
      'Robots can make users. Set TURNSTILE_SITE_KEY and the secret TURNSTILE_SECRET, or use logins of your site.',
    ],
    [
      isSet('TURNSTILE_SITE_KEY') !== secrets.includes('TURNSTILE_SECRET'),
      'Turnstile needs both TURNSTILE_SITE_KEY and the secret TURNSTILE_SECRET. Only one of them is set.',
    ],
    [
      Number(vars.FILE_BYTES_PER_DAY ?? Number.NaN) === 0,
      'People may upload any number of files, and R2 bills what is stored. Set FILE_BYTES_PER_DAY.',
    ],
    [
      isSet('VAPID_SUBJECT') !== secrets.includes('VAPID_PRIVATE_KEY'),
      'Web Push needs both VAPID_SUBJECT and the secret VAPID_PRIVATE_KEY. Only one of them is set.',
    ],
    [
      isSet('JWT_JWKS_URL') && secrets.includes('JWT_SECRET'),
      'JWT_JWKS_URL and the secret JWT_SECRET are both set, so no login works. Remove one of them.',
    ],
    [
      isSet('JWT_ROLE_CLAIM') && /(^|\.)user_?metadata(\.|$)/i.test(String(vars.JWT_ROLE_CLAIM)),
      'JWT_ROLE_CLAIM names a claim that people can change themselves. Name another one.',
    ],
  ]
  return parts.filter(([isPart]) => isPart).map(([, sentence]) => sentence)
}
