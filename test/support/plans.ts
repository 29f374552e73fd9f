import { env } from 'cloudflare:workers'
import type { Statement } from './recording'

// Harmless scans: of rows that the statement itself makes, of which there are one or few.
const transient = [
  /^SCAN CONSTANT ROW$/,
  // The last ids of the tables that have any: three rows.
  /^SCAN sqlite_sequence$/,
  // The one row of `authorize()`, and the row with the time that it begins with.
  /^SCAN (request|auth|\(subquery-\d+\))$/,
  // A room's blocked words, which are in one column of it.
  /^SCAN json_each VIRTUAL TABLE INDEX \d+:$/,
  // The names that a message may mention, and those behind one `@`: 200 at most.
  /^SCAN (place|written) VIRTUAL TABLE INDEX \d+:$/,
  // The files of a message in an export: ten at most.
  /^SCAN sent VIRTUAL TABLE INDEX \d+:$/,
  // The listeners whose access a hub checks, which it hands in as JSON.
  /^SCAN asked VIRTUAL TABLE INDEX \d+:$/,
  // The recursive walks of slow mode and of a purge: one row a step.
  /^SCAN (back|search)$/,
  // The names that a new login tries, 20 at most, and the one that is free.
  /^SCAN (attempt|free)$/,
  // The messages that a list of what somebody said looks at, and what waits for the site's staff: a bounded number of rows.
  /^SCAN (looked|waiting)$/,
  // A page of messages, which the statement has limited, its halves around a message, and its reader and room.
  /^SCAN (p|reader|room)$/,
  // The user who is banned from the site, and the rooms and the 500 messages at most that are gone through after a ban.
  /^SCAN target( LEFT-JOIN)?$/,
  /^SCAN (place|chosen)$/,
  // An export: the row of each part, a bounded number of changes, and the emoji of a message. The last two tables have a row for each of two tables, and the ids of users that lines name.
  /^SCAN \w+_part$/,
  /^SCAN (changed|acted|row|sized|sqlite_sequence|emoji VIRTUAL TABLE INDEX \d+:)( LEFT-JOIN)?$/,
]

/** Returns the steps of SQLite's plan for a statement: EXPLAIN QUERY PLAN. */
export const planOf = async ({ sql, values }: Statement): Promise<string[]> => {
  const { results } = await env.DB.prepare(`explain query plan ${sql}`)
    .bind(...values)
    .all<{ detail: string }>()
  return results.map(({ detail }) => detail)
}

/** A message's mentions are sorted by their place in the text. Its statement sorts nothing else. */
const sortsMentions = (plan: string[]): boolean => plan.some((step) => step.startsWith('SCAN place '))

/** The messages that a ban deletes are put in order: 500 at most, in the rooms of their author. */
const sortsDeleted = (plan: string[]): boolean => plan.includes('SCAN place')

/** The end of an import puts all of its rooms in order, once. */
const sortsRoomsOfImport = (plan: string[]): boolean => plan.some((step) => step.includes('import_ids'))

/** Returns the steps that cost more as a table grows: full scans, sorts and temporary indexes. */
export const costlySteps = (plan: string[]): string[] =>
  plan.filter(
    (step) =>
      // The authors of a page and of what it answers: two hundred at most.
      (step.includes('TEMP B-TREE') &&
        !sortsMentions(plan) &&
        !sortsDeleted(plan) &&
        !sortsRoomsOfImport(plan) &&
        !/FOR (json_group_array|group_concat)\(DISTINCT\)/.test(step)) ||
      (step.includes('AUTOMATIC') && !sortsRoomsOfImport(plan)) ||
      // The rows of a subquery, whose own steps are in the plan.
      (step.startsWith('SCAN ') &&
        !plan.includes(step.replace('SCAN', 'CO-ROUTINE')) &&
        !transient.some((harmless) => harmless.test(step))),
  )
