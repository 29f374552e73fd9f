import { describe, expect, it } from 'vitest'
import { operations } from '../../src/operations'
import { call } from '../support/api'
import { formatStatements } from '../support/format-sql'
import { bind } from '../support/live'
import { operationFixture } from '../support/operation-fixture'
import { requestOf, requestsOf } from '../support/operation-requests'
import { recording } from '../support/recording'

type Key = keyof typeof requestsOf

const testedOperations = (Object.keys(requestsOf) as Key[]).filter((key) => !('offline' in operations[key]))

/** Every statement that an operation sends to D1, in each of the ways that it is variant for. */
const statementsOf = async (key: Key): Promise<string[]> => {
  const fixture = await operationFixture('token')
  const statements: string[] = []
  for (const variant of requestsOf[key](fixture)) {
    const { db, sent } = recording()
    await bind(fixture.room, { DB: db })
    const [method, path, options] = requestOf(key, fixture, variant)
    const response = await call(method, path, { ...options, db })
    await response.body?.cancel()
    statements.push(...sent.map(({ sql }) => sql))
  }
  return statements
}

// `test/sql` has what runs, for reviewers to read and compare. After a change of the queries, write it anew:
// npx vitest run --project workerd test/db/final-sql.test.ts -u
describe('the SQL that an operation runs for a token is that of test/sql:', () => {
  it.each(testedOperations)('%s', async (key) => {
    const statements = formatStatements(await statementsOf(key))
    await expect(statements).toMatchFileSnapshot(`../sql/${operations[key].id}.sql`)
  })
})
