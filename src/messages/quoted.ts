import { type SQL, sql } from 'drizzle-orm'
import { messages } from '../db/schema'
import { contentColumns, type MessageRow, ownEmoji } from './store'

/** The columns of a message that is read as JSON. */
const columns = { ...contentColumns, authorId: messages.authorId }
type Column = (typeof columns)[keyof typeof columns]
const names = Object.values(columns).map(({ name }) => name)

/** The name and the picture of an author. */
export type Author = [userName: string, avatar: string | null]

/** SQL for the values of `columns` of a message of `table` and the emoji that the reader gave it, as a JSON array. */
export const messageJson = (table: SQL, reader: SQL | undefined): SQL =>
  sql`json_array(${sql.raw(names.join())}${reader ? sql`,${ownEmoji(table, reader)}` : sql``})`
/** The place of the author's id in that array. */
export const AUTHOR = names.indexOf('author_id')

/** SQL for a message that a row of `reply` answers, as `shown`, which sees it as `q`. Null if it answers none, or one whose number is `floor` or greater. */
export const quotedJson = (reply: SQL, floor: SQL, shown: SQL): SQL<string | null> =>
  sql`iif(${reply}.reply_to<${floor},(select ${shown} from messages q where q.room_id=${reply}.room_id and q.seq=${reply}.reply_to),null)`

const decoded = (column: Column, value: unknown): unknown =>
  typeof value === 'string' ? column.mapFromDriverValue(value) : value

/** Returns the message of an array of `messageJson`. */
export const messageOf = (values: unknown[], authorOf: (id: number) => Author | null): MessageRow => {
  const message = Object.fromEntries(
    Object.entries(columns).map(([name, column], i) => [name, decoded(column, values[i])]),
  )
  const { authorId, ...content } = message as Omit<MessageRow, 'userId' | 'userName' | 'avatar'> & {
    authorId: number
  }
  const [userName, avatar] = authorOf(authorId) ?? [null, null]
  const mine = values[names.length]
  return {
    ...content,
    userId: userName === null ? null : authorId,
    userName,
    avatar,
    mine: typeof mine === 'string' ? JSON.parse(mine) : mine,
  }
}

/** Returns the messages that those of a page answer and that are not on it, each once, the oldest first. */
export const quotedBy = (page: readonly MessageRow[], found: readonly MessageRow[]): MessageRow[] => {
  const shown = new Set(page.map(({ seq }) => seq))
  const wanted = new Set(
    page.flatMap(({ replyTo }) => (replyTo === null || shown.has(replyTo) ? [] : [replyTo])),
  )
  // A message that is answered twice is found twice.
  return found.filter(({ seq }) => wanted.delete(seq)).toSorted((one, other) => one.seq - other.seq)
}
