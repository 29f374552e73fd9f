import type { SQL } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Database } from './client'

/**
 * Returns a statement of SQL that Drizzle has no words for, such as `insert or replace`. Drizzle's own `run` can't be part of a batch if it
 * has parameters.
 */
export const rawStatement = (db: Database, query: SQL): BatchItem<'sqlite'> => {
  const built = db.run(query).getQuery()
  const prepared = {
    stmt: db.$client.prepare(built.sql),
    getQuery: () => built,
    mapResult: (result: unknown) => result,
  }
  // Drizzle's `batch` calls only this method of a statement.
  return { _prepare: () => prepared } as unknown as BatchItem<'sqlite'>
}
