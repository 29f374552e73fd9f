/** `npm run export` writes the data of a server as NDJSON: docs/data.md. */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { argumentsOf, command, Stop, serverUrl, userPath } from './command.ts'
import { ExportFile, type Sink, standardOutput } from './export/file.ts'
import { readPieces } from './export/pieces.ts'
import { startCounter } from './export/progress.ts'
import { downloadFiles } from './files/download.ts'
import { folderOf, namedFiles } from './files/named.ts'
import { startProgress } from './replay/progress.ts'
import { findLocalSecret } from './settings/write.ts'

const usage = `npm run -s export -- [options] > FILE
npm run export -- [options] --output FILE

Writes the whole instance, a chatroom or what belongs to a user as NDJSON, to be kept or imported elsewhere. With --output, the same
command goes on where it was interrupted.

  --room NAME      only this chatroom; needs the token of its owner or a moderator, or ADMIN_TOKEN
  --user ID        only what belongs to this user; needs its token, or ADMIN_TOKEN
  --output FILE    write to this file, and to FILE.next where to go on. The files of messages come into a folder beside it: talk.ndjson has
                   talk.files
  --no-files       leave the files of messages out
  --files          only get the files that the FILE names, which is complete, and that are not in the folder yet
  --url URL        the server; http://localhost:8787 unless given
  --token TOKEN    the token; ADMIN_TOKEN of the environment or of .dev.vars unless given
  --help           this text`

const readOptions = () => {
  const { values } = parseArgs({
    args: argumentsOf(process.argv),
    options: {
      room: { type: 'string' },
      user: { type: 'string' },
      output: { type: 'string' },
      files: { type: 'boolean', default: false },
      'no-files': { type: 'boolean', default: false },
      url: { type: 'string', default: 'http://localhost:8787' },
      token: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const { room, user, output } = values
  const token = values.token ?? process.env.ADMIN_TOKEN ?? findLocalSecret('ADMIN_TOKEN')
  if (room !== undefined && user !== undefined) throw new Stop('Give --room or --user, not both.')
  if (user !== undefined && !/^[1-9]\d*$/.test(user))
    throw new Stop(`--user ${user} is not the id of a user.`)
  const path =
    room !== undefined
      ? `/chatroom/${encodeURIComponent(room)}/export`
      : user !== undefined
        ? `/api/users/${user}/export`
        : '/api/export'
  const file = output === undefined ? undefined : userPath(output)
  if (values.files && (file === undefined || values['no-files']))
    throw new Stop('--files needs --output FILE, the file of an export that is complete.')
  const files = values.files ? 'only' : values['no-files'] ? 'none' : 'also'
  return { help: values.help, url: serverUrl(values.url), path, token, file, files }
}

/** Downloads the files that a complete export names. */
const getFiles = async (url: string, token: string, file: string): Promise<void> => {
  const named = await namedFiles(file)
  if (named.length === 0) return
  const folder = folderOf(file)
  const progress = startProgress('files', named.length)
  const server = { url, token, onRetry: progress.note }
  const result = await downloadFiles(server, named, folder, (done) => progress.at(done, '')).finally(
    progress.stop,
  )
  const { added, before, missing } = result
  console.error(`Files in ${folder}: ${added + before}, of which ${before} were there before.`)
  for (const {
    file: { name },
    roomName,
    seq,
  } of missing)
    console.error(
      `${name} of ${seq === undefined ? 'a message that waits' : `message ${seq}`} in ${roomName} can't be read: it was deleted, or needs ADMIN_TOKEN.`,
    )
}

await command(usage, async () => {
  const { help, url, path, token, file, files } = readOptions()
  if (help) {
    console.log(usage)
    return 0
  }
  if (!token) throw new Stop('An export needs a token: give --token, or set ADMIN_TOKEN.')
  if (file === undefined && process.stdout.isTTY)
    throw new Stop('The lines would go to the terminal. Give --output FILE, or write > FILE.')
  if (file !== undefined && files === 'only') {
    if (!existsSync(file) || existsSync(`${file}.next`)) throw new Stop(`${file} is no complete export.`)
    await getFiles(url, token, file)
    return 0
  }
  const source = url + path
  const sink: Sink = file === undefined ? standardOutput : new ExportFile(file, source)
  const progress = startCounter(sink.lines)
  try {
    for await (const { text, next } of readPieces({
      url,
      path: sink.next ?? path,
      token,
      onRetry: progress.note,
    })) {
      await sink.write(text, next)
      progress.at(sink.lines)
    }
  } catch (error) {
    progress.stop()
    if (error instanceof Stop && file !== undefined && sink.lines > 0)
      throw new Stop(
        `${error.message}\n${sink.lines} lines are in ${file}. Run the same command again to go on.`,
      )
    throw error
  }
  progress.stop()
  if (file !== undefined && files === 'also') {
    try {
      await getFiles(url, token, file)
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      throw new Stop(
        `${error.message}\n${file} is complete, and some files are not there yet. Run the same command with --files to go on.`,
      )
    }
  }
  console.error(`${sink.lines} lines. The export is complete.`)
  return 0
})
