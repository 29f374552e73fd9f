/** `npm run import -- FILE` brings an export into a server. */
import { parseArgs } from 'node:util'
import type { DataLine } from '../src/contract/data-lines.ts'
import type { ImportNames } from '../src/contract/import.ts'
import { argumentsOf, command, expectFile, expectServer, Stop, serverUrl, userPath } from './command.ts'
import { folderOf, type NamedFile, namedFiles } from './files/named.ts'
import { uploadFiles } from './files/upload.ts'
import { createImportApi, type ImportApi } from './import/api.ts'
import { type Checked, checkFile } from './import/check.ts'
import { linesOf, piecesOf } from './import/file.ts'
import { type Progress, startProgress } from './replay/progress.ts'
import { findLocalSecret } from './settings/write.ts'

const usage = `npm run import -- FILE [options]

Brings a file of \`npm run export\` or \`npm run convert\` into a server, as an admin. An empty server becomes the same as the one that was
exported. To continue after an interruption, run the same command again: nothing is stored twice. The files of messages come from the folder
beside FILE: talk.files beside talk.ndjson.

  --url URL        the server; http://localhost:8787 unless given
  --token TOKEN    the token of an admin; ADMIN_TOKEN of the environment or of .dev.vars unless given
  --dry-run        check the file and the names in it, say what would happen, and store nothing
  --rename         people and chatrooms whose name is taken get another one, such as name-2
  --merge-users    a person of the file is the person of the same name or login on the server. Only if the owners of these names agree:
                   each of them then has the messages of the file under the name
  --help           this text

Without --rename and --merge-users, a name that is taken refuses the whole file, before anything is stored.`

/** A request is this large at most, so that it takes no more of the free plan's time than it allows: see docs/data.md. */
const PIECE = { maxBytes: 2 ** 17, maxLines: 500 }
/** Requests that only ask for names may be larger. */
const NAME_LINES = 1000

const readOptions = () => {
  const { values, positionals } = parseArgs({
    args: argumentsOf(process.argv),
    allowPositionals: true,
    options: {
      url: { type: 'string', default: 'http://localhost:8787' },
      token: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      rename: { type: 'boolean', default: false },
      'merge-users': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const [file, ...more] = positionals
  return { ...values, url: serverUrl(values.url), file: more.length > 0 ? undefined : file }
}
type Options = ReturnType<typeof readOptions>

const rulesOf = ({ rename, 'merge-users': mergeUsers }: Options) => ({
  rename: rename ? 'true' : undefined,
  mergeUsers: mergeUsers ? 'true' : undefined,
})

/** Checks a file, and asks the server about the names in it. */
const checkWith = async (path: string, api: ImportApi, options: Options) => {
  const names: ImportNames = { clashes: [], renamed: [], merged: [] }
  const originals = new Map<string, string>()
  let waiting: { first: number; lines: string[] } | undefined
  let keepsIds = true
  const ask = async () => {
    if (!waiting) return
    const { first, lines } = waiting
    waiting = undefined
    const answer = await api.send({ dryRun: 'true', line: first, ...rulesOf(options) }, lines.join('\n'))
    keepsIds &&= answer.keepsIds
    for (const key of ['clashes', 'renamed', 'merged'] as const)
      names[key].push(...((answer.names?.[key] ?? []) as never[]))
  }
  const checked = await checkFile(path, async ({ number, text }, data) => {
    if (data.type !== 'user' && data.type !== 'room') return
    originals.set(`${data.type} ${data.id}`, data.name)
    // Empty lines stand for the lines between, so that the server knows the numbers.
    if (waiting && (waiting.lines.length >= NAME_LINES || number - waiting.first > 10 * NAME_LINES))
      await ask()
    waiting ??= { first: number, lines: [] }
    while (waiting.first + waiting.lines.length < number) waiting.lines.push('')
    waiting.lines.push(text)
  })
  await ask()
  return { checked, names, keepsIds, originals }
}

const report = (
  { counts, lines }: Checked,
  { names, keepsIds, originals }: { names: ImportNames; keepsIds: boolean; originals: Map<string, string> },
): void => {
  const order: DataLine['type'][] = [
    'user',
    'room',
    'member',
    'message',
    'change',
    'reaction',
    'held',
    'sanction',
    'report',
    'audit',
  ]
  const counted = order.flatMap((type) =>
    counts[type] ? [`${counts[type].toLocaleString('en')} ${type}`] : [],
  )
  console.log(`The file has ${lines.toLocaleString('en')} lines: ${counted.join(', ')}.`)
  console.log(
    keepsIds
      ? 'The server is empty: everything keeps its id.'
      : 'The server is in use: people and chatrooms get new ids.',
  )
  for (const { kind, id, name } of names.renamed)
    console.log(
      `${originals.get(`${kind === 'user' ? 'user' : 'room'} ${id}`) ?? id} becomes ${name} (${kind})`,
    )
  for (const name of names.merged) console.log(`${name} is the ${name} of the server`)
  for (const { line, kind, name } of names.clashes)
    console.error(`line ${line}: the name of the ${kind} ${name} is taken`)
}

const send = async (
  path: string,
  { id, lines }: Checked,
  api: ImportApi,
  options: Options,
  done: number,
): Promise<void> => {
  const progress: Progress = startProgress('importing', lines, done)
  noteRetry = (text) => progress.note(text)
  try {
    for await (const piece of piecesOf(linesOf(path), PIECE)) {
      const last = piece.first + piece.lines - 1
      if (last <= done) continue
      await api.send({ import: id, line: piece.first, ...rulesOf(options) }, piece.text)
      progress.at(last, '')
    }
  } finally {
    progress.stop()
  }
}

/** Sends the files that an import names, after its lines. */
const sendFiles = async (
  options: Options,
  token: string,
  path: string,
  imported: { id: string; keepsIds: boolean },
  named: NamedFile[],
): Promise<void> => {
  if (named.length === 0) return
  const folder = folderOf(path)
  const progress: Progress = startProgress('files', named.length)
  const server = { url: options.url, token, onRetry: progress.note }
  const { added, before, missing, refused } = await uploadFiles(server, named, { folder, imported }, (done) =>
    progress.at(done, ''),
  ).finally(progress.stop)
  console.log(`Files on the server: ${added + before}, of which ${before} were there before.`)
  for (const { named, words } of refused) console.error(`${named.file.name}: ${words}`)
  if (missing.length > 0)
    console.error(
      `Files that are not in ${folder}, so that nobody can read them: ${missing.length} of ${named.length}, such as ${missing
        .slice(0, 5)
        .map(({ file }) => file.name)
        .join(', ')}${missing.length > 5 ? ' …' : ''}. Put them there, and run the same command again.`,
    )
}

let noteRetry = (text: string): void => console.error(text)

const run = async (options: Options, path: string): Promise<number> => {
  const token = options.token ?? process.env.ADMIN_TOKEN ?? findLocalSecret('ADMIN_TOKEN')
  if (!token)
    throw new Stop('An import takes the token of an admin: --token TOKEN, or ADMIN_TOKEN in the environment.')
  expectFile(path)
  await expectServer(options.url)
  const api = createImportApi(options.url, token, (failure, wait) =>
    noteRetry(`${failure}; next try in ${(wait / 1000).toFixed(1)} s`),
  )
  const { checked, ...found } = await checkWith(path, api, options)
  const before = await api.state(checked.id)
  const files = await namedFiles(path)
  if (before.finished) {
    console.log('The lines of this file are imported already.')
    if (!options['dry-run']) await sendFiles(options, token, path, { id: checked.id, ...before }, files)
    return 0
  }
  if (before.lines === 0) report(checked, found)
  else console.log(`Continuing after ${before.lines} of ${checked.lines} lines.`)
  if (before.lines === 0 && found.names.clashes.length > 0) {
    console.error('Nothing was stored. Choose --rename or --merge-users.')
    return 1
  }
  if (options['dry-run']) {
    if (files.length > 0) console.log(`Files that would come from ${folderOf(path)}: ${files.length}.`)
    console.log('This was a dry run: nothing was stored.')
    return 0
  }
  await send(path, checked, api, options, before.lines)
  const { names, keepsIds } = await api.state(checked.id)
  for (const { kind, id, name } of names?.renamed ?? [])
    console.log(
      `${found.originals.get(`${kind === 'user' ? 'user' : 'room'} ${id}`) ?? id} is now ${name} (${kind})`,
    )
  await sendFiles(options, token, path, { id: checked.id, keepsIds }, files)
  console.log(`Done: ${checked.lines.toLocaleString('en')} lines are stored.`)
  return 0
}

await command(usage, async () => {
  const options = readOptions()
  if (options.help || options.file === undefined) {
    console.log(usage)
    return options.help ? 0 : 2
  }
  return run(options, userPath(options.file))
})
