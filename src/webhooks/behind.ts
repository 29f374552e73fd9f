import { type SQL, sql } from 'drizzle-orm'
import { webhookStreams } from '../contract'
import { batch, type Database } from '../db/client'
import { SITE } from '../db/fragments'
import { donePlace, lastPlace } from './streams'
import type { Place } from './webhook-api'

/** The most rooms of the site that are looked at together. */
export const ROOMS_COMPARED = 1000
const MAX_WEBHOOKS_COMPARED = 200
const HOUR_MILLISECONDS = 3_600_000

/** A webhook and what it has not done. */
export type Behind = { id: number; places: Place[] }

/** SQL for whether a webhook `w` has not done everything of a stream in the room `r`. */
const isBehind = (stream: Place['stream']): SQL<number> => {
  const since = sql.raw(`(w.since ->> '${stream}')`)
  const roomId = sql`r.id`
  return sql<number>`(${since} is not null and ${lastPlace(stream, roomId)} > ${donePlace(stream, { webhookId: sql`w.id`, roomId, since })})`
}

/** Compares webhooks with the ends of the streams in their rooms. `pairs` is SQL that joins webhooks as `w` and rooms as `r`. */
const compare = async (db: Database, pairs: SQL): Promise<Behind[]> => {
  const { found } = await batch(db, {
    found: db
      .select({
        id: sql<number>`w.id`.as('webhook_id'),
        roomId: sql<number>`r.id`.as('compared_room'),
        streams: sql<string>`concat_ws(' ', ${sql.join(
          webhookStreams.map((stream) => sql`iif(${isBehind(stream)}, ${sql.raw(`'${stream}'`)}, null)`),
          sql`, `,
        )})`.as('streams_behind'),
      })
      .from(pairs),
  })
  const behind = new Map<number, Place[]>()
  for (const { id, roomId, streams } of found) {
    const places = webhookStreams
      .filter((stream) => streams.split(' ').includes(stream))
      .map((stream) => ({ stream, roomId }))
    if (places.length > 0) behind.set(id, [...(behind.get(id) ?? []), ...places])
  }
  return [...behind].map(([id, places]) => ({ id, places }))
}

const isOn = sql`stopped is null and deleted_at is null`

/** SQL for the rooms after one, as `r`, and the whole site before them. */
const someRooms = (after: number): SQL => sql`(select ${sql.raw(`${SITE}`)} as id union all
  select id from (select id from rooms where id > ${after} order by id limit ${sql.raw(`${ROOMS_COMPARED}`)})) as r`

/** Returns what the webhooks of rooms have not done. If there are too many, each hour has the next part of them. */
export const roomWebhooksBehind = (db: Database, now: number): Promise<Behind[]> => {
  const ofRooms = sql`from webhooks where room_id > ${sql.raw(`${SITE}`)} and ${isOn}`
  const most = sql.raw(`${MAX_WEBHOOKS_COMPARED}`)
  const hour = Math.floor(now / HOUR_MILLISECONDS)
  return compare(
    db,
    sql`(select * ${ofRooms} order by room_id, id limit ${most}
        offset ${hour} % (select 1 + (count(*) - 1) / ${most} ${ofRooms}) * ${most}) as w
      join rooms as r on r.id = w.room_id`,
  )
}

/** Returns what the webhooks of the site have not done in the rooms after one. */
export const siteWebhooksBehind = (db: Database, after: number): Promise<Behind[]> =>
  compare(
    db,
    sql`(select * from webhooks where room_id = ${sql.raw(`${SITE}`)} and ${isOn}) as w cross join ${someRooms(after)}`,
  )

/** Returns what one webhook has not done, in its room or in the newest rooms of the site. */
export const webhookBehind = async (
  db: Database,
  { id, roomId }: { id: number; roomId: number },
): Promise<Place[]> => {
  const site = sql.raw(`${SITE}`)
  const its =
    roomId === SITE
      ? sql`(select ${site} as id union all
          select id from (select id from rooms order by id desc limit ${sql.raw(`${ROOMS_COMPARED}`)}))`
      : sql`(select id from rooms where id = ${roomId})`
  const [found] = await compare(
    db,
    sql`(select * from webhooks where id = ${id} and ${isOn}) as w cross join ${its} as r`,
  )
  return found?.places ?? []
}
