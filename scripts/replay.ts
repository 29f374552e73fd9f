/**
 * `npm run replay -- FILE…`: plays IRC logs through the HTTP API of a running instance, as the people in them would
 * have, and then checks that the room's history is what was sent.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { command, Stop, serverUrl } from './command.ts'
import { createApi } from './replay/api.ts'
import { check, isThere, sentBy } from './replay/check.ts'
import { createHttp } from './replay/http.ts'
import { defaultPath, doneEvents, openJournal } from './replay/journal.ts'
import { readLogs } from './replay/logs.ts'
import { createPlayer } from './replay/player.ts'
import { type Progress, startProgress } from './replay/progress.ts'
import { summarise } from './replay/summary.ts'

const usage = `npm run replay -- FILE… [options]

Plays IRC logs (in the format of irclogs.ubuntu.com) into a chatroom, one message after the other, and checks that
the room's history equals them. Interrupted, it goes on where it was when started again in the same way.

  --url URL        the server; http://localhost:8787 unless given
  --room NAME      the chatroom, made if it is missing; ubuntu unless given
  --journal FILE   where it remembers how far it is; .replay/<server>-<room>.jsonl unless given
  --check-only     send nothing, only check what was sent before
  --help           this text

A person is a user of the API. One who changes nick is renamed; if a user of the new name exists, the person goes on
as that user. A name that the server refuses because it looks like another becomes <nick>_2. An action is sent as
"/me text". An empty message can't be sent: it is counted.`

const readOptions = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: 'string', default: 'http://localhost:8787' },
      room: { type: 'string', default: 'ubuntu' },
      journal: { type: 'string' },
      'check-only': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const url = serverUrl(values.url)
  // npm runs scripts in the project's folder, and says where the person was.
  const given = (path: string) => resolve(process.env.INIT_CWD ?? '', path)
  return {
    ...values,
    url,
    files: positionals.map(given),
    journal: values.journal ? given(values.journal) : defaultPath(url, values.room),
  }
}

const report = (differences: string[]): void => {
  for (const difference of differences.slice(0, 10)) console.error(difference)
  if (differences.length > 10) console.error(`… and ${differences.length - 10} more differences`)
}

const replay = async (options: ReturnType<typeof readOptions>): Promise<boolean> => {
  const { url, room, files, 'check-only': checkOnly } = options
  const started = Date.now()
  const logs = readLogs(files)
  const events = logs.flatMap((log) => log.events.map((event) => ({ ...event, log: log.name })))
  const journal = openJournal(options.journal, { url, room, logs }, { mustExist: checkOnly })
  let done = doneEvents(journal.entries, events)

  let progress: Progress | undefined
  const onRetry = (why: string, wait: number) =>
    progress?.note(`${why}; again in ${(wait / 1000).toFixed(1)} s`)
  const http = createHttp(url, { onRetry })
  const api = createApi(http)
  const player = createPlayer(api, room, journal)

  if (!checkOnly && done < events.length) {
    if (done > 0) {
      console.log(`Going on after ${done} of ${events.length} events.`)
      const last = sentBy(events, journal.entries, player.people).at(-1)
      if (!(await isThere(api, room, last))) {
        throw new Stop(
          `The server no longer has what ${journal.path} says it has. If it was reset, remove that journal.`,
        )
      }
    }
    await api.openRoom(room)
    progress = startProgress('replaying', events.length, done)
    try {
      for (const event of events.slice(done)) {
        await player.play(event)
        progress.at(++done, event.log)
      }
    } finally {
      progress.stop()
    }
  }

  const sent = sentBy(events, journal.entries, player.people)
  const before = (sent[0]?.seq ?? 1) - 1
  if (before > 0)
    console.log(`The room's log had ${before} entries before: checked from seq ${before + 1} on.`)
  progress = startProgress('checking', sent.length)
  const differences = await check(api, room, sent, (read) => progress?.at(read, ''))
  progress.stop()

  const notices = logs.reduce((sum, log) => sum + log.notices, 0)
  const { people } = player
  const spent = { milliseconds: Date.now() - started, requests: http.requests }
  console.log(`\n${summarise(journal.entries, { people, notices, ...spent })}\n`)
  report(differences)
  if (done < events.length)
    console.error(`Not finished: ${events.length - done} events are still to be played.`)
  const refused = journal.entries.some(({ type }) => type === 'refused')
  if (refused) console.error('The server refused messages: the room holds less than the logs.')
  const good = differences.length === 0 && done === events.length && !refused
  if (good) console.log(`All ${sent.length} messages are there, byte for byte and in order.`)
  return good
}

await command(usage, async () => {
  const options = readOptions()
  if (!options.help && options.files.length > 0) return (await replay(options)) ? 0 : 1
  console.log(usage)
  return options.help ? 0 : 2
})
