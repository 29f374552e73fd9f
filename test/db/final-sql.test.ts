import { describe, expect, it } from 'vitest'
import { operations } from '../../src/operations'
import { call } from '../support/api'
import { everything, requestOf, stageOf } from '../support/everything'
import { formatStatements } from '../support/format-sql'
import { bind } from '../support/live'
import { recording } from '../support/recording'

type Key = keyof typeof everything

const asking = (Object.keys(everything) as Key[]).filter((key) => !('offline' in operations[key]))

/** Every statement that an operation sends to D1, in each of the ways that it is asked for. */
const statementsOf = async (key: Key): Promise<string[]> => {
  const stage = await stageOf('token')
  const statements: string[] = []
  for (const asked of everything[key](stage)) {
    const { db, sent } = recording()
    await bind(stage.room, { DB: db })
    const [method, path, options] = requestOf(key, stage, asked)
    const response = await call(method, path, { ...options, db })
    await response.body?.cancel()
    statements.push(...sent.map(({ sql }) => sql))
  }
  return statements
}

// `test/sql` has what runs, for reviewers to read and compare. After a change of the queries, write it anew:
// npx vitest run --project workerd test/db/final-sql.test.ts -u
describe('the SQL that an operation runs for a token is that of test/sql:', () => {
  it.each(asking)('%s', async (key) => {
    const statements = formatStatements(await statementsOf(key))
    await expect(statements).toMatchFileSnapshot(`../sql/${operations[key].id}.sql`)
  })
})
