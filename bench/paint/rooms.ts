import { nameKey } from '../../src/lib/name-key.ts'

/** The rooms that are shown, each plain and with replies and reactions. */
export const sizes = { short: 50, long: 10_000 }
export type Size = keyof typeof sizes
export const roomOf = (size: Size, isPlain: boolean): string => `${size}-${isPlain ? 'plain' : 'full'}`

const people = ['Ada', 'Blaise', 'Chen', 'Dalia', 'Emil']
/** 2026-01-05T08:00Z. */
const BEGIN = 1_767_600_000_000
const MINUTE = 60_000

const rooms = (Object.keys(sizes) as Size[]).flatMap((size) =>
  [true, false].map((isPlain) => ({ name: roomOf(size, isPlain), messages: sizes[size], isPlain })),
)
const quote = (text: string) => `'${text.replaceAll("'", "''")}'`
const values = (rows: unknown[][]) => rows.map((row) => `(${row.join(', ')})`).join(', ')

/** Returns the SQL that creates the rooms. Of five messages two are replies, and three have reactions. */
export const roomsSql = (): string => `
  insert into users (id, name, name_key, token_hash, created_at) values
    ${values(people.map((name, i) => [i + 1, quote(name), quote(nameKey(name)), quote(`none ${i}`), BEGIN]))};
  insert into rooms (id, name, name_key, created_at) values
    ${values(rooms.map(({ name }, i) => [i + 1, quote(name), quote(nameKey(name)), BEGIN]))};
  insert into members (room_id, ordinal, user_id, joined_at)
    select rooms.id, users.id, users.id, ${BEGIN} from users, rooms;
  insert into messages (room_id, seq, author_id, text, created_at, reply_to, reactions)
    with recursive
      numbers(n) as (select 1 union all select n + 1 from numbers where n < ${sizes.long}),
      kinds(room_id, count, is_plain) as (values ${values(rooms.map(({ messages, isPlain }, i) => [i + 1, messages, isPlain]))})
    select
      room_id, n, 1 + (n / 3 * 7) % ${people.length},
      'No. ' || n || ': ' || case n % 7
        when 0 then replace(hex(zeroblob(n % 11 * 8)), '00', 'so on ')
        when 3 then '**bold**, _thin_ and a list' || char(10) || '- one' || char(10) || '- two'
        when 5 then 'see https://example.org/' || n
        else 'yes'
      end,
      ${BEGIN} + n * ${MINUTE},
      case when not is_plain and n > 20 and n % 5 < 2 then n - 20 end,
      case when not is_plain and n % 5 > 1 then '{"👍":3,"🎉":1,"❤️":12}' end
    from numbers join kinds on n <= count;
`
