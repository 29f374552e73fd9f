/**
 * Which pages may call: undefined for those of any origin, else the origins that `ALLOWED_ORIGINS` lists. (For sockets too:
 * browsers open them without asking, so who accepts one looks at its `Origin` itself.)
 */
export const allowedOrigins = (setting = '*'): string[] | undefined => {
  if (setting.trim() === '*') return undefined
  return setting
    .split(',')
    .map((origin) => origin.trim().toLowerCase().replace(/\/$/, ''))
    .filter((origin) => origin !== '')
}
