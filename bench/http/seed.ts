import { createHash } from 'node:crypto'
import { room, roomOf, userNames } from './routes.ts'

/** Number of rooms in the list. */
const ROOMS = 100

const rows = (values: (string | number)[][]): string =>
  values
    .map((row) => `(${row.map((value) => (typeof value === 'number' ? value : `'${value}'`)).join(', ')})`)
    .join(', ')

const rooms = Array.from({ length: ROOMS }, (_, i) => roomOf(i))
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Fills Parlour's tables with rooms, whose members are the users. */
export const parlourSeed = [
  `insert into users (name, name_key, token_hash, created_at) values ${rows(userNames.map((name) => [name, name, `hash of ${name}`, 0]))}`,
  `insert into rooms (name, name_key, created_at) values ${rows(rooms.map((name) => [name, name, 0]))}`,
  `insert into members (room_id, ordinal, user_id, joined_at) select rooms.id, users.id, users.id, 0 from rooms join users`,
]

/** Fills the tables of the plain implementation in the same way. */
export const plainSeed = [
  `insert into users (name) values ${rows(userNames.map((name) => [name]))}`,
  `insert into rooms (name) values ${rows(rooms.map((name) => [name]))}`,
  `insert into members (room_id, user_id, joined_at) select rooms.id, users.id, 0 from rooms join users`,
]

/** The access token of the user in the peer like matrix-workers. */
export const matrixToken = 'a token of 32 characters, or so'

const sender = userNames[0] ?? ''
const states = ['m.room.create', 'm.room.power_levels'].map((type, i) => ({
  id: `$${i}`,
  type,
  order: i - 1,
}))

/** Fills the tables of the peer like matrix-workers. State events have numbers below 1, where messages begin. */
export const matrixSeed = [
  `insert into access_tokens values ${rows([[sha256(matrixToken), sender]])}`,
  `insert into events values ${rows(states.map(({ id, type, order }) => [id, room, sender, type, '', '{}', 0, 0, '[]', '[]', order]))}`,
  `insert into room_state values ${rows(states.map(({ id, type }) => [room, type, '', id]))}`,
  `insert into room_memberships values ${rows(userNames.map((name) => [room, name, 'join', `$${name}`]))}`,
]
