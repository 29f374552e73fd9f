/** `npm run watch -- ROOM`: a chatroom in a terminal, on the client library that browsers use. */
import { parseArgs } from 'node:util'
import { parlour } from '../src/client/client.ts'
import { argumentsOf, command, Stop, serverUrl } from './command.ts'
import { Chat, stopOf } from './watch/chat.ts'
import { commandList, PAGE } from './watch/commands.ts'
import { signIn } from './watch/sign-in.ts'
import { Terminal } from './watch/terminal.ts'

/** The time that output and the connection have to end. */
const EXIT_MILLISECONDS = 500

const usage = `npm run watch -- ROOM [options]

Shows a chatroom live: messages, edits, deletions, reactions, pins, who comes and goes. A message that mentions you
says so. After a lost connection it continues
where it stopped. Ctrl-C ends it.

  --url URL        the server; http://localhost:8787 unless given
  --as NAME        the user that listens and writes, created if there is none; anonymous unless given
  --token TOKEN    the user's token or login, if the name or the room needs one
  --last COUNT     show the newest messages first, 100 at most; ${PAGE} in a terminal, none in a pipe
  --after NUMBER   begin with the message after this number (0: with the first), not with the next
  --help           this text

Type a line to send it (with --as or --token), or a command:

${commandList()}

Lines from a pipe are sent, too: echo 'It is deployed.' | npm run watch -- ROOM --as deploy`

const wholeNumber = (option: string, what: string, given: string | undefined, most: number) => {
  if (given === undefined) return undefined
  if (/^\d+$/.test(given) && Number(given) <= most) return Number(given)
  throw new Stop(`--${option} ${given} is not ${what}.`)
}

const readOptions = () => {
  const { values, positionals } = parseArgs({
    args: argumentsOf(process.argv),
    allowPositionals: true,
    options: {
      url: { type: 'string', default: 'http://localhost:8787' },
      as: { type: 'string' },
      token: { type: 'string' },
      last: { type: 'string' },
      after: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [name, ...more] = positionals
  return {
    ...values,
    last: wholeNumber('last', 'a number from 0 to 100', values.last, 100),
    after: wholeNumber('after', 'the number of a message', values.after, Number.MAX_SAFE_INTEGER),
    name: more.length > 0 ? undefined : name,
    url: serverUrl(values.url),
  }
}

await command(usage, async () => {
  const { name, url, as, token, last, after, help } = readOptions()
  if (help || name === undefined) {
    console.log(usage)
    return help ? 0 : 2
  }
  const client = parlour(url)
  try {
    await signIn(client, { name: as, token })
  } catch (error) {
    throw stopOf(error, url)
  }
  const terminal = new Terminal(`${client.userName ?? ''}> `)
  const chat = new Chat(client, name, terminal)
  process.once('SIGINT', () => chat.quit())
  // The program that reads the output, such as `head`, may end first.
  process.stdout.on('error', () => chat.quit())
  const code = await chat.run({ last: last ?? (terminal.isInteractive ? PAGE : 0), after })
  // A request that is still under way would keep Node running.
  setTimeout(() => process.exit(), EXIT_MILLISECONDS).unref()
  return code
})
