import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'

interface Database {
  name: string
  uuid: string
  sqlite: DatabaseSync
}

type Binding = { name: string; type: string; [key: string]: unknown }

const refusal = (status: number, code: number, message: string) =>
  Object.assign(new Error(message), { status, code })

/** Cloudflare's error codes. Wrangler reads those of what isn't there as "does not exist yet", and fails on any other. */
const noDatabase = refusal(404, 7404, 'database not found')
const noBucket = refusal(404, 10006, 'The specified bucket does not exist.')
const hasBucket = refusal(409, 10004, 'The bucket you tried to create already exists, and you own it.')
const noR2 = refusal(403, 10042, 'Please enable R2 through the Cloudflare Dashboard.')
const noWorker = refusal(404, 10090, 'this Worker does not exist')

/** The answers of R2 where it isn't switched on, and to a token without its permission. */
export const r2Refusals = { notSwitchedOn: noR2, forbidden: refusal(403, 10000, 'Authentication error') }

/**
 * Serves the part of Cloudflare's REST API that a deployment uses, on 127.0.0.1: one account, D1 on SQLite in memory, names of
 * R2 buckets, one Worker without assets. `changes` lists the changes of the account in order, and `secrets` has the Worker's. `uploaded` are the bindings of the
 * last upload. `d1` makes a database with tables, `r2.refusal` is what R2 answers to all, and `exports.change` changes what an export has. Stop it with `close`.
 */
export const fakeCloudflare = async () => {
  const changes: string[] = []
  const databases: Database[] = []
  const subdomain = { enabled: true, previews_enabled: true }
  const secrets = new Map<string, string>()
  const uploaded: Binding[] = []
  const r2: { buckets: string[]; refusal: typeof noR2 | undefined } = { buckets: [], refusal: undefined }
  const exports = { change: (sql: string, _source: DatabaseSync): string => sql }
  let exported = ''
  let deployed = false

  const create = (name: string) => {
    changes.push(`create ${name}`)
    const database = { name, uuid: crypto.randomUUID(), sqlite: new DatabaseSync(':memory:') }
    databases.push(database)
    return { name, uuid: database.uuid }
  }

  const createBucket = (name: string) => {
    if (r2.refusal) throw r2.refusal
    if (r2.buckets.includes(name)) throw hasBucket
    changes.push(`bucket ${name}`)
    r2.buckets.push(name)
    return {}
  }

  /** Works like D1's `/query`: one transaction, and rows for a `SELECT` only. */
  const query = ({ sqlite }: Database, sql: string) => {
    const meta = { duration: 0 }
    if (/^\s*select/i.test(sql))
      return sql.split(';\n').map((each) => ({ success: true, results: sqlite.prepare(each).all(), meta }))
    try {
      sqlite.exec(`BEGIN; ${sql}; COMMIT`)
    } catch (error) {
      sqlite.exec('ROLLBACK')
      throw refusal(400, 7500, String(error))
    }
    const migration = sql.match(/values \('(.*)'\)/)?.[1]
    if (migration) changes.push(`apply ${migration}`)
    return [{ success: true, results: [], meta }]
  }

  /** Writes a database as SQL: the tables, their rows, and then the indexes. */
  const dump = (sqlite: DatabaseSync): string => {
    const schema = sqlite.prepare('SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL').all()
    const rows = (table: unknown): string[] => {
      const columns = sqlite.prepare(`PRAGMA table_info("${table}")`).all()
      const values = columns.map(({ name }) => `quote("${name}")`).join(" || ',' || ")
      const all = sqlite.prepare(`SELECT ${values} AS row FROM "${table}"`).all()
      return all.map(({ row }) => `INSERT INTO "${table}" VALUES(${row})`)
    }
    const tables = schema.filter(({ type }) => type === 'table')
    const indexes = schema.filter(({ type }) => type === 'index')
    const statements = [
      ...tables.flatMap(({ name, sql }) => [sql, ...rows(name)]),
      ...indexes.map(({ sql }) => sql),
    ]
    return statements.map((statement) => `${statement};`).join('\n')
  }

  const exportOf = ({ sqlite }: Database) => {
    exported = exports.change(dump(sqlite), sqlite)
    const result = { filename: 'parlour.sql', signed_url: `${address()}/exported` }
    return { success: true, type: 'export', status: 'complete', messages: [], result }
  }

  const upload = (form: string) => {
    changes.push('upload')
    deployed = true
    const metadata = form.match(/name="metadata"[^{]*(\{.*\})\r?$/m)?.[1] ?? '{}'
    uploaded.splice(0, Infinity, ...((JSON.parse(metadata).bindings ?? []) as Binding[]))
    return { id: crypto.randomUUID(), startup_time_ms: 1, resources: { script: { etag: 'etag' } } }
  }

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const path = new URL(request.url ?? '', 'http://fake').pathname.replace(/^\/accounts\/account/, '')
    const body = await text(request)
    const [, , , key] = path.split('/')
    const database = databases.find(({ name, uuid }) => key === name || key === uuid)
    switch (
      `${request.method} ${path.replace(/^(\/(d1\/database|r2\/buckets|workers\/\w+))\/[^/]+/, '$1/:key')}`
    ) {
      case 'GET /d1/database':
        return databases.map(({ name, uuid }) => ({ name, uuid }))
      case 'POST /d1/database':
        return create(JSON.parse(body).name)
      case 'GET /d1/database/:key':
        if (database) return { name: database.name, uuid: database.uuid }
        throw noDatabase
      case 'POST /d1/database/:key/query':
        if (database) return query(database, JSON.parse(body).sql)
        throw noDatabase
      case 'POST /d1/database/:key/export':
        if (database) return exportOf(database)
        throw noDatabase
      case 'POST /r2/buckets':
        return createBucket(JSON.parse(body).name)
      case 'GET /r2/buckets/:key':
        if (r2.refusal) throw r2.refusal
        if (r2.buckets.includes(String(key))) return { name: key }
        throw noBucket
      case 'GET /workers/services/:key':
        if (deployed) return { default_environment: { environment: 'production', script: { tags: [] } } }
        throw noWorker
      case 'GET /workers/scripts/:key/settings':
        if (deployed) return { bindings: [{ type: 'd1', name: 'DB', id: databases[0]?.uuid }] }
        throw noWorker
      case 'PUT /workers/scripts/:key':
      case 'POST /workers/scripts/:key/versions':
        return upload(body)
      case 'GET /workers/scripts/:key/secrets':
        if (deployed) return [...secrets.keys()].map((name) => ({ name, type: 'secret_text' }))
        throw noWorker
      case 'PUT /workers/scripts/:key/secrets': {
        if (!deployed) throw noWorker
        const { name, text: secret } = JSON.parse(body)
        changes.push(`secret ${name}`)
        secrets.set(name, secret)
        return { name, type: 'secret_text' }
      }
      case 'GET /workers/scripts/:key/deployments':
        return { deployments: [] }
      case 'GET /workers/workers/:key':
        return { subdomain }
      case 'POST /workers/scripts/:key/subdomain':
        return subdomain
      case 'GET /workers/subdomain':
        return { subdomain: 'example' }
      case 'POST /workers/scripts/:key/deployments':
      case 'PATCH /workers/scripts/:key/script-settings':
        return {}
      default:
        throw refusal(501, 1, `the fake has no ${request.method} ${path}`)
    }
  }

  const server = createServer(async (request, response) => {
    if (request.url === '/exported') {
      response.end(exported)
      return
    }
    response.setHeader('content-type', 'application/json')
    try {
      response.end(JSON.stringify({ success: true, errors: [], messages: [], result: await answer(request) }))
    } catch (error) {
      const { status = 500, code = 1, message } = error as Partial<typeof noWorker>
      response.statusCode = status
      response.end(
        JSON.stringify({ success: false, errors: [{ code, message }], messages: [], result: null }),
      )
    }
  })
  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: address(),
    d1: (sql: string): void => {
      create('parlour')
      databases.at(-1)?.sqlite.exec(sql)
    },
    r2,
    exports,
    changes,
    secrets,
    uploaded,
    close: () => server.close(),
  }
}
