import { nameKey } from '../../../src/lib/name-key.ts'

/** A room in which much has been said, by a few people over some days. */
export const longRoom = { name: 'long-room', messages: 10_000 }
/** One for tests that add to it. */
export const otherRoom = { name: 'other-room', messages: 200 }
/** One for tests that go to its old messages and add to it. */
export const deepRoom = { name: 'deep-room', messages: 10_000 }
/** The one of the landing page. */
const lobby = { name: 'lobby', messages: 30 }
const rooms = [longRoom, otherRoom, lobby, deepRoom]

/** Somebody who is there, with an open name. */
export const speaker = 'Ada'
const people = [speaker, 'Blaise', 'Chen', 'Dalia', 'Émilie']
/** The first message's time: 2026-01-05T08:00Z. */
const BEGIN = 1_767_600_000_000
const MINUTE = 60_000

const text = (name: string) => `'${name.replaceAll("'", "''")}'`

/** Returns the SQL that creates the room; the API would take minutes. The lengths of the messages vary. */
export const longRoomSql = `
  insert into users (id, name, name_key, token_hash, created_at) values
    ${people.map((name, index) => `(${index + 1}, ${text(name)}, ${text(nameKey(name))}, ${text(`none ${index}`)}, ${BEGIN})`).join(', ')};
  insert into rooms (id, name, name_key, created_at) values
    ${rooms.map(({ name }, index) => `(${index + 1}, ${text(name)}, ${text(nameKey(name))}, ${BEGIN})`).join(', ')};
  insert into members (room_id, ordinal, user_id, joined_at)
    select rooms.id, users.id, users.id, ${BEGIN} from users, rooms;
  insert into messages (room_id, seq, author_id, text, created_at)
    with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${longRoom.messages})
    select
      rooms.id, n, 1 + (n / 3 * 7) % ${people.length},
      'No. ' || n || ': ' || case n % 7
        when 0 then replace(hex(zeroblob(n % 11 * 8)), '00', 'so on ')
        when 3 then '**bold**, _thin_ and a list' || char(10) || '- one' || char(10) || '- two'
        when 5 then '> what was that?' || char(10) || char(10) || 'see https://example.org/' || n
        else 'yes'
      end,
      ${BEGIN} + n * ${MINUTE}
    from numbers join rooms on n <= case rooms.id ${rooms.map(({ messages }, index) => `when ${index + 1} then ${messages}`).join(' ')} end;
`
