import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import worker from '../../src'
import type { Bindings } from '../../src/env'

/** Runs the cron trigger once, and all that it leaves running. */
export const runSweep = async (bindings: Partial<Bindings> = {}): Promise<void> => {
  const context = createExecutionContext()
  await worker.scheduled(createScheduledController(), { ...env, ...bindings }, context)
  await waitOnExecutionContext(context)
}

/** Runs the cron trigger until it has nothing more to do. */
export const sweepAll = async (bindings: Partial<Bindings> = {}): Promise<void> => {
  for (let before = '', now = await rowsLeft(); before !== now; now = await rowsLeft()) {
    before = now
    await runSweep({ SWEEP_WRITES: 0, DAILY_WRITES: 0, ...bindings })
  }
}

const tables = async (): Promise<string[]> => {
  const { results } = await env.DB.prepare(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' and name not like '\\_cf%' escape '\\' and name <> 'd1_migrations' order by name",
  ).all<{ name: string }>()
  return results.map(({ name }) => name)
}

const rowsLeft = async (): Promise<string> => JSON.stringify(await countRows())

/** Returns the number of rows of each table, but for the one that notes the run. */
export const countRows = async (
  where: (table: string) => string = () => 'true',
): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const table of await tables()) {
    if (table === 'sweeps') continue
    counts[table] =
      (await env.DB.prepare(`select count(*) as count from ${table} where ${where(table)}`).first<number>(
        'count',
      )) ?? 0
  }
  return counts
}

/** Returns the tables that have a column, by the schema of the database. */
export const tablesWith = async (column: string): Promise<string[]> => {
  const found: string[] = []
  for (const table of await tables()) {
    const { results } = await env.DB.prepare(`select name from pragma_table_info('${table}')`).all<{
      name: string
    }>()
    if (results.some(({ name }) => name === column)) found.push(table)
  }
  return found
}
