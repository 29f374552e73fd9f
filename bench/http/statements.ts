/** What differs from request to request in what D1 is asked. */
export type Values = { room?: string; user?: string; text?: string; now?: number }

type Value = string | number | null

/** A statement as Parlour sends it; a parameter is always the same value, or is one of the request. */
export type Asked = { sql: string; params: ({ value: Value } | { of: keyof Values })[] }

/** What an observed Worker tells of a request: the statements of each round trip to D1. */
export type Told = { status: number; trips: { sql: string; params: Value[] }[][] }
