import { type SQL, sql } from 'drizzle-orm'
import { type MessageRow, ownEmoji } from './store'

/** The name and the picture of an author. */
export type Author = [userName: string, avatar: string | null]

/** The fields that only few messages have. Some of them may be JSON again. `bot`: the name of the incoming webhook that posted it. */
type Rest = [
  editedAt: number | null,
  deletedAt: number | null,
  replyTo: number | null,
  mentions: string | null,
  reactions: string | null,
  bot: string | null,
  files: string | null,
  quoted?: string | Values | null,
  mine?: string | string[] | null,
]
/** An array of `messageJson`. */
type Values = [seq: number, author: number, text: string | null, createdAt: number, rest: Rest | null]
/** The place of the message that it answers in `Rest`. */
const QUOTED = 7
/** The place of the author's id in that array. */
export const AUTHOR = 1

const restJson = (table: SQL, reader: SQL | undefined, quoted: SQL | undefined): SQL => {
  const mine = reader ? sql`,${ownEmoji(table, reader)}` : sql``
  const answered = quoted ? sql`,${quoted}` : reader ? sql`,null` : sql``
  return sql`json_array(edited_at,deleted_at,reply_to,mentions,reactions,bot,files${answered}${mine})`
}

/** SQL for a message of `table` as a JSON array, with the emoji that the reader gave it. */
export const messageJson = (table: SQL, reader: SQL | undefined): SQL =>
  sql`json_array(seq,author_id,text,created_at,${restJson(table, reader, undefined)})`

/**
 * SQL for a message of `table` as a JSON array that ends with the column `quoted`, which has another message as JSON. Most messages have
 * nothing but a text, and come without the rest. With a reader the statement would be too long for that.
 */
export const replyJson = (table: SQL, reader: SQL | undefined, quoted: SQL): SQL => {
  const rest = restJson(table, reader, quoted)
  const isPlain = sql`coalesce(edited_at,deleted_at,reply_to,mentions,reactions,bot,files)is null`
  return sql`json_array(seq,author_id,text,created_at,${reader ? rest : sql`iif(${isPlain},null,${rest})`})`
}

/** SQL for a message that a row of `reply` answers, as `shown`, which sees it as `q`. Null if it answers none, or one whose number is `floor` or greater. */
export const quotedJson = (reply: SQL, floor: SQL, shown: SQL): SQL<string | null> =>
  sql`iif(${reply}.reply_to<${floor},(select ${shown} from messages q where room_id=${reply}.room_id and seq=${reply}.reply_to),null)`

const parsed = <Value>(value: string | Value): Value =>
  typeof value === 'string' ? JSON.parse(value) : value

/** Returns the message of an array of `messageJson` or `replyJson`. */
export const messageOf = (
  [seq, authorId, text, createdAt, rest]: Values,
  authorOf: (id: number) => Author | null,
): MessageRow => {
  const [editedAt, deletedAt, replyTo, mentions, reactions, bot = null, files, , mine] = rest ?? []
  const [userName, avatar] = authorOf(authorId) ?? [null, null]
  return {
    seq,
    text,
    createdAt,
    editedAt: editedAt ?? null,
    deletedAt: deletedAt ?? null,
    replyTo: replyTo ?? null,
    mentions: parsed(mentions ?? null),
    reactions: parsed(reactions ?? null),
    files: parsed(files ?? null),
    userId: userName === null ? null : authorId,
    userName,
    bot,
    avatar,
    mine: parsed(mine ?? null),
  }
}

/** Returns the messages of an array of `replyJson`, and those that they answer. */
export const repliesOf = (
  json: string,
  authorOf: (id: number) => Author | null,
): { rows: MessageRow[]; answered: MessageRow[] } => {
  const found: Values[] = JSON.parse(json)
  return {
    rows: found.map((values) => messageOf(values, authorOf)),
    answered: found.flatMap(([, , , , rest]) => {
      const quoted = parsed(rest?.[QUOTED] ?? null)
      return quoted ? [messageOf(quoted, authorOf)] : []
    }),
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
