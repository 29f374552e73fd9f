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
  newcomerMentionSeconds: seconds('newcomer_mention_seconds'),
  newcomerReactionSeconds: seconds('newcomer_reaction_seconds'),
  blockedWords: sql.raw(
    "iif(rooms.blocked_words = '[]', ifnull(s.blocked_words, '[]'), rooms.blocked_words)",
  ),
  reactions: given('reactions'),
  approval: given('approval'),
}

const rulesOf = (prefix: '' | 'rooms.'): SQL<string> => {
  const columns = [
    'slow_mode_seconds',
    'newcomer_link_seconds',
    'newcomer_mention_seconds',
    'blocked_words',
    'approval',
  ]
  return sql.raw(`json_array(${columns.map((column) => prefix + column).join(', ')})`) as SQL<string>
}

/** SQL for a room's own rules about messages as one text, from a row of `rooms`. No other table in the query may have such columns. */
export const ownRules = rulesOf('')
/** As `ownRules`, in a query that `withSite` has. */
export const ownRulesWithSite = rulesOf('rooms.')

/** SQL for the rules of the site as one text; null if it has never set any. */
export const siteRules = sql<string | null>`(select ${rulesOf('')} from site_settings where id = 1)`

/** Returns how a room's row has a wait: see `rooms` in the schema. */
export const ownSeconds = (given: number | null | undefined): number | undefined =>
  given === undefined ? undefined : given === null ? 0 : given || -1
