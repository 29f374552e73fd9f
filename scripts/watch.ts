/** `npm run watch -- ROOM`: prints a chatroom live, line by line, until it is interrupted. */
import { parseArgs } from 'node:util'
import { ParlourError } from '../src/client/error.ts'
import { Session } from '../src/client/session.ts'
import { ReconnectingSubscription } from '../src/client/subscription.ts'
import { type Chatroom, serverFrame } from '../src/contract/index.ts'
import { command, explain, Stop, serverUrl } from './command.ts'
import { lineOf } from './line.ts'

const usage = `npm run watch -- ROOM [options]

Prints a chatroom live: messages, edits, deletions, reactions, pins, who comes and goes. A message that mentions you
says so. After a lost connection it continues
where it stopped. Ctrl-C ends it.

  --url URL        the server; http://localhost:8787 unless given
  --as NAME        the user that listens; anonymous unless given
  --token TOKEN    the user's token or login, if the name or the room needs one
  --after NUMBER   begin with the message after this number (0: with the first), not with the next
  --help           this text`

/** Ties `--token` to its value: one token in 64 begins with a dash, which `parseArgs` would take for another option. */
const withTiedToken = (args: string[]): string[] =>
  args.flatMap((arg, index) => {
    if (arg === '--token' && args[index + 1] !== undefined) return [`--token=${args[index + 1]}`]
    return args[index - 1] === '--token' ? [] : [arg]
  })

const readOptions = () => {
  const { values, positionals } = parseArgs({
    args: withTiedToken(process.argv.slice(2)),
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
  const session = new Session(url)
  const path = `/chatroom/${encodeURIComponent(name)}`
  if (token !== undefined || userName !== undefined)
    session.identity.set({ userName: userName ?? '', ...(token !== undefined && { token }) })
  return new Promise<number>((_, fail) => {
    let wasLive = false
    let pinned: readonly number[] | undefined
    const loadPinned = async () => {
      const room = await session
        .request<Chatroom>('GET', path, undefined, { isNamed: true })
        .catch(() => undefined)
      pinned = room?.pinned
    }
    const stop = (problem: Error) => {
      listening.close()
      const refusal = problem instanceof ParlourError && { status: problem.status, body: problem.problem }
      fail(new Stop(refusal ? explain(refusal) : problem.message))
    }
    // Stops if the server refuses the token, because the user asked to read under a name.
    session.identity.watch(() => {
      if (session.identity.lost) stop(session.identity.lost.problem)
    })
    const listening = new ReconnectingSubscription({
      session,
      path,
      ...(after !== undefined && { after: Number(after) }),
      onEvent: (event) => {
        // A newer server may send frames that this script does not know.
        const { data } = serverFrame.safeParse(event)
        if (!data) return
        const reader = session.identity.current?.userName
        console.log(lineOf(data, new Date(), { reader, pinned }))
        if (data.type === 'room') pinned = data.chatroom?.pinned
      },
      onConnection: (connection) => {
        switch (connection.state) {
          case 'live':
            wasLive = true
            void loadPinned()
            break
          case 'waiting': {
            const { reason, until, server } = connection
            if (!wasLive) return stop(new Error(`No connection to ${server}: ${reason}.`))
            const seconds = ((until - Date.now()) / 1000).toFixed(1)
            console.error(`No connection to ${server}: ${reason}. Trying again in ${seconds} s.`)
            break
          }
          case 'no room':
          case 'closed':
            if (connection.problem) stop(connection.problem)
            break
          case 'connecting':
          case 'resting':
            break
          default:
            connection satisfies never
        }
      },
    })
  })
})
