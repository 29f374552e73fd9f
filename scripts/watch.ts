/** `npm run watch -- ROOM`: prints what goes on in a room, line by line, until it is interrupted. */
import { parseArgs } from 'node:util'
import { command, Stop, serverUrl } from './command.ts'
import { lineOf } from './live/line.ts'
import { listen } from './live/listen.ts'
import { overSocket } from './live/socket.ts'

const usage = `npm run watch -- ROOM [options]

Prints a chatroom as it lives: messages, edits, deletions, who comes and goes. It goes on where it was when the
connection is lost. Ctrl-C ends it.

  --url URL        the server; http://localhost:8787 unless given
  --as NAME        who you are; nobody in particular unless given
  --token TOKEN    the token or login of who you are, where the name or the room asks for one
  --after NUMBER   begin with the message after this number (0: with the first), not with the next
  --help           this text`

const readOptions = () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: 'string', default: 'http://localhost:8787' },
      as: { type: 'string' },
      token: { type: 'string' },
      after: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.after !== undefined && !/^\d+$/.test(values.after))
    throw new Stop(`--after ${values.after} is not the number of a message.`)
  const [name, ...more] = positionals
  return { ...values, name: more.length > 0 ? undefined : name, url: serverUrl(values.url) }
}

await command(usage, async () => {
  const { name, url, as: userName, token, after, help } = readOptions()
  if (help || name === undefined) {
    console.log(usage)
    return help ? 0 : 2
  }
  process.once('SIGINT', () => process.exit(0))
  await listen(
    { url, name, userName, token },
    {
      transport: overSocket,
      after: after === undefined ? undefined : Number(after),
      onFrame: (frame) => console.log(lineOf(frame, new Date())),
      onRetry: (why, wait) =>
        console.error(`Connection lost: ${why}; again in ${(wait / 1000).toFixed(1)} s`),
      signal: new AbortController().signal,
    },
  )
  return 0
})
