import { expect, it } from 'vitest'
import { compact } from '../../src/db/compact'

it('takes the indentation and the spaces that mean nothing out of a statement', () => {
  const statement = `
    select max( seq , 1 ), value ->> 'key', 'a' || b
      from ( select 1 ) as "auth"
    where a <> ?  and 1 + b >= ? - 1 * - 2 - -3 and c in ( ?, ? )
  `
  expect(compact(statement)).toBe(
    `select max(seq,1),value->>'key','a'||b from(select 1)as "auth" where a<>? and 1+b>=?-1*-2- -3 and c in(?,?)`,
  )
})

it.each(["'two  spaces, (and) = signs'", "'it''s  ( here )'", '"a  name"', `'say  "x  y" '`])(
  'leaves what stands in quotes: %s',
  (quoted) => {
    expect(compact(`select\n  ${quoted} ,\n  ${quoted}`)).toBe(`select ${quoted},${quoted}`)
  },
)
