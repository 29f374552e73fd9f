/** A page from a store: `limit` rows at most. `more` says whether there are others in the same direction. */
export type Page<Row> = { rows: Row[]; more: boolean }

/** Makes a page of `limit` rows and one more. A store selects that one to see whether there are others. */
export const toPage = <Row>(rows: Row[], limit: number): Page<Row> => ({
  rows: rows.slice(0, limit),
  more: rows.length > limit,
})
