/** What a store gives for a page: `limit` rows at most, and whether there are more in the same direction. */
export type Page<Row> = { rows: Row[]; more: boolean }

/** Cuts the one row too many that a store asks for to see whether there are more. */
export const toPage = <Row>(rows: Row[], limit: number): Page<Row> => ({
  rows: rows.slice(0, limit),
  more: rows.length > limit,
})
