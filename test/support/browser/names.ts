let count = 0
/** Of this run: a server in use can be tested too. */
const run = crypto.randomUUID().slice(0, 4)

/** A name that nobody has, of a person or a room; no two look alike. */
export const fresh = (what: string): string => `${what}-${run}-${++count}`
