/** The values in statements that differ between requests. */
export type Values = { room?: string; user?: string; text?: string; now?: number }

type Value = string | number | null

/** A statement that Parlour runs. A parameter is a constant, or a value of the request. */
export type Statement = { sql: string; params: ({ value: Value } | { of: keyof Values })[] }

/** The report of an observed Worker on a request: the statements of each round trip to D1. */
export type Observed = { status: number; roundTrips: { sql: string; params: Value[] }[][] }
