/** The work of D1 for one request, as D1 reports it. */
export type D1Work = {
  roundTrips: number
  statements: number
  /** The length of the statements together. */
  characters: number
  rowsRead: number
  rowsWritten: number
  /** The sum of `meta.duration`. */
  milliseconds: number
}
