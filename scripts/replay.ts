/**
 * `npm run replay -- FILE…` sends IRC logs through the HTTP API of a running server, with a user for each person, and then
 * compares the room's history with the sent messages.
 */
import { parseArgs } from 'node:util'
import { command, Stop, serverUrl, userPath } from './command.ts'
import { createApi } from './replay/api.ts'
import { check, isStored, sentBy } from './replay/check.ts'
import { createHttp } from './replay/http.ts'
import { defaultPath, doneEvents, openJournal } from './replay/journal.ts'
import { readLogs } from './replay/logs.ts'
import { createPlayer } from './replay/player.ts'
import { type Progress, startProgress } from './replay/progress.ts'
import { summarise } from './replay/summary.ts'

const usage = `npm run replay -- FILE… [options]

Sends IRC logs (in the format of irclogs.ubuntu.com) to a chatroom, one message after another, and checks that
the room's history equals them. To continue after an interruption, run the same command again.

  --url URL        the server (default http://localhost:8787)
  --room NAME      the chatroom, created if it does not exist (default ubuntu)
  --journal FILE   the file that records the progress (default .replay/<server>-<room>.jsonl)
  --check-only     send nothing, only check the messages that were sent before
  --help           this text

Each person is a user of the API. When a person changes the nick, the user is renamed, or, if a user with the new name
exists, the person continues as that user. A name that the server refuses because it looks like another becomes
<nick>_2. An action is sent as "/me text". Empty messages are not sent, only counted. If a file NAME.annotation.txt stands beside
NAME.raw.txt, the answers that it lists are sent as replies.`

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
  return {
    ...values,
    url,
    files: positionals.map((path) => userPath(path)),
    journal: values.journal ? userPath(values.journal) : defaultPath(url, values.room),
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
  const onRetry = (reason: string, wait: number) =>
    progress?.note(`${reason}; next try in ${(wait / 1000).toFixed(1)} s`)
  const http = createHttp(url, { onRetry })
  const api = createApi(http)
  const player = createPlayer(api, room, journal)

  if (!checkOnly && done < events.length) {
    if (done > 0) {
      console.log(`Continuing after ${done} of ${events.length} events.`)
      const last = sentBy(events, journal.entries, player.people).at(-1)
      if (!(await isStored(api, room, last))) {
        throw new Stop(
          `The server does not have the last message recorded in ${journal.path}. If the server was reset, remove that file.`,
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
    console.log(`The room had ${before} entries before the replay. The check begins at seq ${before + 1}.`)
  progress = startProgress('checking', sent.length)
  const differences = await check(api, room, sent, (read) => progress?.at(read, ''))
  progress.stop()

  const notices = logs.reduce((sum, log) => sum + log.notices, 0)
  const { people } = player
  const spent = { milliseconds: Date.now() - started, requests: http.requests }
  console.log(`\n${summarise(journal.entries, { people, notices, ...spent })}\n`)
  report(differences)
  if (done < events.length)
    console.error(`Not finished: ${events.length - done} events have not been sent yet.`)
  const refused = journal.entries.some(({ type }) => type === 'refused')
  if (refused)
    console.error('The server refused some messages, so the room has fewer messages than the logs.')
  const isComplete = differences.length === 0 && done === events.length && !refused
  if (isComplete) console.log(`All ${sent.length} messages are stored, byte for byte and in order.`)
  return isComplete
}

await command(usage, async () => {
  const options = readOptions()
  if (!options.help && options.files.length > 0) return (await replay(options)) ? 0 : 1
  console.log(usage)
  return options.help ? 0 : 2
})
