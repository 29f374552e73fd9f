/** Returns a time in milliseconds as it is on the wire: ISO 8601 in UTC, with milliseconds. */
export const time = (milliseconds: number): string => new Date(milliseconds).toISOString()
