import { Hono } from 'hono'
import { credentialOf } from '../../auth/credential'
import { Refused } from '../../auth/refusals'
import {
  type ImportAnswer,
  type ImportNames,
  importFileParams,
  importFileQuery,
  importQuery,
  importStateQuery,
} from '../../contract'
import type { Env } from '../../env'
import { bucketOf } from '../../files/bucket'
import { lengthOf } from '../../files/upload'
import { readNdjson } from '../../http/json-body'
import { Problem } from '../../http/problem'
import { valid } from '../../http/validate'
import { countLines } from '../../lib/count-lines'
import { time } from '../../lib/time'
import { digest } from '../../lib/token'
import { IMPORT_DAYS } from '../../sweep/old-imports'
import { storeBytes } from './file-bytes'
import { LineError } from './lines.ts'
import { checkLines, findImport, type Progress, type Request, takeLines } from './store'

/** The most names that the text of a problem lists. Its `errors` list all. */
const MAX_LISTED = 10

const view = (
  id: string | null,
  { lines, isFinished, keepsIds }: Progress,
  names?: ImportNames,
): ImportAnswer => ({
  import: id,
  lines,
  finished: isFinished,
  keepsIds,
  ...(names && { names }),
})

/** Tells whether a text begins a file. */
const beginsFile = (text: string): boolean => /^\s*\{\s*"type"\s*:\s*"parlour"/.test(text)

const wrongLine = ({ line, message }: LineError): Problem => {
  const path = `line ${line}`
  return new Problem('invalid-request', `${path}: ${message}. Nothing of this request was stored.`, {
    errors: [{ path, message: `${path}: ${message}` }],
  })
}

const namesTaken = ({ clashes }: ImportNames): Problem => {
  const errors = clashes.map(({ line, kind, name }) => ({
    path: `line ${line}`,
    message: `the name of the ${kind} "${name}" in line ${line} is taken`,
  }))
  const listed = errors.slice(0, MAX_LISTED).map(({ message }) => message)
  const more = errors.length > MAX_LISTED ? `, and ${errors.length - MAX_LISTED} more` : ''
  const merging = clashes.some(({ kind }) => kind === 'user')
    ? ', or with mergeUsers=true if people of the same name or login are the same people'
    : ''
  return new Problem(
    'import-conflict',
    `${listed.join(', ')}${more}. Nothing of this request was stored. Repeat it with rename=true to give newcomers another name${merging}.`,
    { errors },
  )
}

const tooEarly = (first: number, lines: number): Problem => {
  const message = `line=${first} comes too early: ${lines} lines are stored. Send the lines from ${lines + 1} on`
  return new Problem('import-conflict', `${message}.`, { errors: [{ path: 'line', message }] })
}

const tooOld = (updatedAt: number): Problem =>
  new Problem(
    'import-conflict',
    `The last request of this import was at ${time(updatedAt)}, more than ${IMPORT_DAYS} days ago. The server removes its chatrooms and forgets it, within some hours. Then send the file again from its first line.`,
  )

const noLine = (): Problem => {
  const message = 'missing lines: the body is empty'
  return new Problem(
    'invalid-request',
    `${message}. Nothing was stored. Send the lines of a file of \`npm run export\` or \`npm run convert\`, from {"type":"parlour",…} on.`,
    { errors: [{ path: 'body', message }] },
  )
}

/** The server could not tell a repeated request from the next one. */
const missingLine = (lines: number): Problem =>
  new Problem(
    'invalid-request',
    `missing line: the query must have the number of the first line of the body. ${lines} lines of this import are stored. Send the lines from ${lines + 1} on, with line=${lines + 1}.`,
    { errors: [{ path: 'line', message: 'missing line' }] },
  )

const busy = (): Problem =>
  new Problem('unavailable', 'Others wrote at the same moment. Repeat the request.', {
    headers: { 'Retry-After': '1' },
  })

const store = async (db: Env['Variables']['db'], request: Request): Promise<ImportAnswer> => {
  const taken = await takeLines(db, request)
  switch (taken.outcome) {
    case 'taken':
      return view(request.importId, taken.progress)
    case 'no line':
      throw noLine()
    case 'too early':
      throw tooEarly(request.first, taken.lines)
    case 'too old':
      throw tooOld(taken.updatedAt)
    case 'names taken':
      throw namesTaken(taken.names)
    case 'twice':
      throw new Problem(
        'invalid-request',
        `The lines ${request.first} to ${request.last} have something of ${taken.what} that earlier lines have, and that can be there once, such as an idempotency key. Nothing of this request was stored.`,
      )
    case 'busy':
      throw busy()
  }
}

/** `/api/import`. */
export const imports = new Hono<Env>()
  .get('/', valid('query', importStateQuery), async (c) => {
    const { import: id } = c.req.valid('query')
    const found = await findImport(c.var.db, await credentialOf(c), id)
    const none = { lines: 0, isFinished: false, keepsIds: false }
    return c.json(view(id, found?.progress ?? none, found?.names), 200)
  })
  .post('/', valid('query', importQuery), async (c) => {
    const query = c.req.valid('query')
    const credential = await credentialOf(c)
    if (credential.kind === 'none') throw new Refused('token required')
    const isDryRun = query.dryRun === 'true'
    if (!isDryRun) await c.var.limits.checkDaily()
    const text = await readNdjson(c)
    const isBeginning = beginsFile(text)
    const latest =
      isDryRun || isBeginning || (query.import !== undefined && query.line !== undefined)
        ? undefined
        : await findImport(c.var.db, credential, query.import)
    const importId = query.import ?? latest?.id ?? (await digest(text))
    if (query.line === undefined && latest && !latest.progress.isFinished)
      throw missingLine(latest.progress.lines)
    const first = query.line ?? 1
    const request: Request = {
      importId,
      credential,
      text,
      first,
      last: first + countLines(text) - 1,
      rules: { rename: query.rename === 'true', mergeUsers: query.mergeUsers === 'true' },
      now: Date.now(),
    }
    try {
      if (!isDryRun) return c.json(await store(c.var.db, request), 200)
      const { progress, names } = await checkLines(c.var.db, request)
      return c.json(view(query.import ?? null, progress, names), 200)
    } catch (error) {
      throw error instanceof LineError ? wrongLine(error) : error
    }
  })
  .put('/file/:id', valid('param', importFileParams), valid('query', importFileQuery), async (c) => {
    const { id } = c.req.valid('param')
    const { import: importId, room } = c.req.valid('query')
    const bucket = bucketOf(c.env)
    const sent = { bytes: lengthOf(c), body: c.req.raw.body ?? new Blob([]).stream() }
    const credential = await credentialOf(c)
    return c.json(await storeBytes(c.var.db, credential, bucket, { importId, id, room }, sent), 200)
  })
