import { type SQL, sql } from 'drizzle-orm'

/** SQL to stand behind `from`, after `rooms`: the row of the site's settings as `s`, if there is one. */
export const withSite = sql.raw('left join site_settings as s on s.id = 1')

const seconds = (column: string): SQL =>
  sql.raw(`max(0, iif(rooms.${column}, rooms.${column}, ifnull(s.${column}, 0)))`)
const given = (column: string): SQL => sql.raw(`ifnull(rooms.${column}, s.${column})`)

/**
 * SQL for the settings that hold in a row of `rooms`, which `withSite` follows: its own, or else the site's. `approval` is null where the var
 * `APPROVAL` decides.
 */
export const settingsInForce = {
  slowModeSeconds: seconds('slow_mode_seconds'),
  newcomerLinkSeconds: seconds('newcomer_link_seconds'),
  blockedWords: sql.raw(
    "iif(rooms.blocked_words = '[]', ifnull(s.blocked_words, '[]'), rooms.blocked_words)",
  ),
  reactions: given('reactions'),
  approval: given('approval'),
}

const rulesOf = (table: string): string =>
  `json_array(${table}.slow_mode_seconds, ${table}.newcomer_link_seconds, ${table}.blocked_words, ${table}.approval)`

/** SQL for a room's own rules about messages as one text, from a row of `rooms`. */
export const ownRules = (room: 'rooms' | 'r'): SQL<string> => sql<string>`${sql.raw(rulesOf(room))}`

/** SQL for the rules of the site as one text; null if it has never set any. */
export const siteRules = sql<
  string | null
>`${sql.raw(`(select ${rulesOf('s')} from site_settings as s where id = 1)`)}`

/** Returns how a room's row has a wait: see `rooms` in the schema. */
export const ownSeconds = (given: number | null | undefined): number | undefined =>
  given === undefined ? undefined : given === null ? 0 : given || -1
