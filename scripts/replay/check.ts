import type { Api } from './api.ts'
import type { Entry } from './journal.ts'
import type { LogEvent } from './logs.ts'
import type { People } from './people.ts'

type Said = { seq: number; author: string | null; replyTo: number | null }
export type Sent = Said & { at: string; text: string }
export type Stored = Said & { text: string | null }

/** Returns the messages that the room should have, in the order in which they were sent. */
export const sentBy = (events: LogEvent[], entries: Entry[], people: People): Sent[] => {
  const texts = new Map<string, string>()
  for (const event of events) if (event.type === 'message') texts.set(event.at, event.text)
  return entries
    .filter((entry) => entry.type === 'sent')
    .map(({ at, seq, by, replyTo = null }) => ({
      at,
      seq,
      author: people.nameOf(by) ?? null,
      replyTo,
      text: texts.get(at) ?? '',
    }))
}

const show = (text: string | null): string => JSON.stringify(text)

/**
 * Compares the room with the sent messages in the order of history. `add` takes the next stored message, `end` returns
 * the differences in words. Texts must be the same bytes.
 */
export const createComparison = (sent: Sent[]) => {
  const differences: string[] = []
  const texts = new Set(sent.map(({ text }) => text))
  let next = 0
  let lastSeq = 0

  const missing = ({ seq, at, author, text }: Sent) =>
    differences.push(`seq ${seq} is missing: ${at}, ${show(author)} said ${show(text)}`)

  return {
    add({ seq, author, text, replyTo }: Stored): void {
      if (seq <= lastSeq) differences.push(`seq ${seq} comes after seq ${lastSeq}`)
      lastSeq = seq
      for (let due = sent[next]; due && due.seq < seq; due = sent[++next]) missing(due)
      const due = sent[next]
      if (due?.seq !== seq) {
        const what = text !== null && texts.has(text) ? 'is stored more than once' : 'is not in the journal'
        differences.push(`seq ${seq} ${what}: ${show(author)} said ${show(text)}`)
        return
      }
      next++
      if (due.text !== text) {
        differences.push(`seq ${seq} has another text: ${due.at}\n  - ${show(due.text)}\n  + ${show(text)}`)
      }
      if (due.author !== author) {
        differences.push(
          `seq ${seq} has another author: ${due.at}\n  - ${show(due.author)}\n  + ${show(author)}`,
        )
      }
      if (due.replyTo !== replyTo)
        differences.push(
          `seq ${seq} replies to another message: ${due.at}\n  - ${due.replyTo}\n  + ${replyTo}`,
        )
    },
    end(): string[] {
      for (const due of sent.slice(next)) missing(due)
      return differences
    },
  }
}

/** Returns true if the last sent message is stored. A replay cannot continue on a server that was reset. */
export const isStored = async (api: Api, room: string, last: Sent | undefined): Promise<boolean> =>
  last === undefined || (await api.textOf(room, last.seq)) === last.text

/** Reads the history from the first sent message on, and returns the differences to the sent messages. */
export const check = async (
  api: Api,
  room: string,
  sent: Sent[],
  onPage: (read: number) => void = () => {},
): Promise<string[]> => {
  const [first] = sent
  const disorder = sent
    .filter(({ seq }, index) => seq <= (sent[index - 1]?.seq ?? 0))
    .map(({ seq, at }) => `seq ${seq} of ${at} is lower than the one before`)
  const comparison = createComparison(sent)
  let read = 0
  for (let path: string | null | undefined; first && path !== null; ) {
    const page = await api.history(room, path === undefined ? { after: first.seq - 1 } : { path })
    for (const { seq, userName, message, replyTo } of page.messages) {
      comparison.add({ seq, author: userName, text: message, replyTo })
    }
    read += page.messages.length
    onPage(read)
    path = page.next
  }
  return [...disorder, ...comparison.end()]
}
