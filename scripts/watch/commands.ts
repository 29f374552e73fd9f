import type { Room, Sending } from '../../src/client/types.ts'
import { Stop } from '../command.ts'
import { createEmojiNames } from '../convert/emoji.ts'
import type { Chat } from './chat.ts'

type Command = { usage: string; does: string; run: (chat: Chat, text: string) => Promise<void> | void }

/** The messages that `/older` prints, unless it is told otherwise. */
export const PAGE = 20
const MOST = 100

const NUMBER_FIRST = /^#?(\d+)(?:\s+(.*))?$/s

/** Resolves when a message is stored or waits for approval. Rejects when it is refused. */
const settled = (room: Room, sending: Sending): Promise<'sent' | 'held'> =>
  new Promise((resolve, reject) => {
    const stop = room.onOutbox(() => check())
    const check = () => {
      if (sending.state === 'pending') return
      stop()
      if (sending.state === 'failed') {
        reject(sending.problem)
        // Arrow-up has the line, to send it again.
        sending.discard()
      } else resolve(sending.state)
    }
    check()
  })

/** Throws unless the user has a name to write under. */
const checkWriter = ({ userName }: Chat): void => {
  if (userName === undefined) throw new Stop('You only read here. To write, start with --as NAME.')
}

const send = async (chat: Chat, text: string, replyTo?: number): Promise<void> => {
  checkWriter(chat)
  const { room, terminal } = chat
  const state = await settled(room, room.send(text, { replyTo }))
  if (state === 'held') terminal.print('Your message waits for approval by a moderator.')
}

/** Returns the number at the start of a command's text, and the rest. */
const numberFirst = (usage: string, text: string): [seq: number, rest: string] => {
  const [, seq, rest = ''] = NUMBER_FIRST.exec(text) ?? []
  if (seq === undefined) throw new Stop(`The command begins with the number of a message: ${usage}`)
  return [Number(seq), rest]
}

let findEmoji: ReturnType<typeof createEmojiNames> | undefined
/** Returns an emoji as it is, and the one that a name such as `:tada:` stands for. */
const emojiOf = (text: string): string => {
  const [, name] = /^:(.+):$/.exec(text) ?? []
  if (name === undefined) return text
  findEmoji ??= createEmojiNames()
  const found = findEmoji(name)
  if (found === undefined) throw new Stop(`There is no emoji named ${text}.`)
  return found
}

/** Makes a command that takes the number of a message and a text. */
const withNumber = (
  usage: string,
  does: string,
  run: (chat: Chat, seq: number, text: string) => Promise<unknown>,
): Command => ({
  usage,
  does,
  run: async (chat, given) => {
    checkWriter(chat)
    const [seq, text] = numberFirst(usage, given)
    if (usage.split(' ').length > 2 && text === '') throw new Stop(`Something is missing: ${usage}`)
    await run(chat, seq, text)
  },
})

const older = async (chat: Chat, text: string): Promise<void> => {
  if (!/^\d*$/.test(text)) throw new Stop(`/older takes a number of messages, 1 to ${MOST}.`)
  const limit = Math.min(MOST, Number(text || PAGE))
  const page = await chat.room.page({ limit: Math.max(1, limit), before: chat.oldest })
  if (page.messages.length === 0) return chat.terminal.print('There are no older messages.')
  chat.terminal.print('--- older ---')
  chat.printPage(page)
  chat.terminal.print(page.more ? '--- /older shows more ---' : '--- this is the start of the room ---')
  chat.oldest = page.messages[0]?.seq
}

const search = async (chat: Chat, text: string): Promise<void> => {
  if (text === '') throw new Stop('Something is missing: /search WORDS')
  const page = await chat.room.page({ q: text, limit: PAGE })
  if (page.messages.length === 0)
    return chat.terminal.print(page.more ? 'Nothing was found in the newest messages.' : 'Nothing was found.')
  // The newest is found first, and is to stand last, as in the room.
  chat.printPage({ ...page, messages: page.messages.toReversed() })
}

const who = async ({ room, terminal }: Chat): Promise<void> => {
  const names = await room.presence()
  terminal.print(`here: ${names.join(', ') || 'nobody with a name'}`)
}

const commands: Record<string, Command> = {
  reply: withNumber('/reply NUMBER TEXT', 'replies to a message', (chat, seq, text) => send(chat, text, seq)),
  react: withNumber(
    '/react NUMBER EMOJI',
    'gives a message an emoji, such as 👍 or :tada:',
    ({ room }, seq, text) => room.react(seq, emojiOf(text)),
  ),
  unreact: withNumber('/unreact NUMBER EMOJI', 'takes an emoji back', ({ room }, seq, text) =>
    room.unreact(seq, emojiOf(text)),
  ),
  edit: withNumber('/edit NUMBER TEXT', 'changes your message', ({ room }, seq, text) =>
    room.edit(seq, text),
  ),
  delete: withNumber('/delete NUMBER', 'deletes your message', ({ room }, seq) => room.remove(seq)),
  older: { usage: '/older [COUNT]', does: 'shows older messages', run: older },
  search: { usage: '/search WORDS', does: 'finds messages', run: search },
  who: { usage: '/who', does: 'tells who is here', run: who },
  help: { usage: '/help', does: 'shows this list', run: ({ terminal }) => terminal.print(commandList()) },
  quit: { usage: '/quit', does: 'ends, as Ctrl-D does', run: (chat) => chat.quit() },
}

/** Lists the commands, a line each. */
export const commandList = (): string =>
  Object.values(commands)
    .map(({ usage, does }) => `  ${usage.padEnd(22)} ${does}`)
    .concat('  //TEXT                 sends a message that begins with a slash')
    .join('\n')

/** Does what a line says: a command, or a message to send. Throws a `Stop` for a line that can't be done. */
export const runLine = async (chat: Chat, line: string): Promise<void> => {
  const [, name, text = ''] = /^\/(?!\/)(\S*)\s*(.*)$/s.exec(line) ?? []
  if (name === undefined) {
    if (line.trim() !== '') await send(chat, line.replace(/^\/\//, '/'))
    return
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command)
    throw new Stop(`There is no command /${name}. /help lists the commands. //${name} sends it as a message.`)
  await command.run(chat, text.trim())
}
