import type { Entry } from './journal.ts'
import { nickKey, type People } from './people.ts'

export type Run = {
  people: People
  notices: number
  milliseconds: number
  requests: number
}

const count = <Type extends Entry['type']>(entries: Entry[], type: Type): number =>
  entries.filter((entry) => entry.type === type).length

const tally = (words: string[]): string[] => {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].map(([word, number]) => `${number} ${word}`)
}

/** Returns the nicks that have another name on the server, because theirs looked like an existing one. */
export const lookAlikes = (entries: Entry[]): { nick: string; name: string }[] => {
  const named = entries.flatMap((entry) =>
    entry.type === 'user'
      ? [{ nick: entry.nick, name: entry.name }]
      : entry.type === 'renamed'
        ? [{ nick: entry.to, name: entry.name }]
        : [],
  )
  const other = named.filter(({ nick, name }) => nickKey(nick) !== nickKey(name))
  return [...new Map(other.map((pair) => [`${pair.nick} ${pair.name}`, pair])).values()]
}

/** Summarises the whole replay with its earlier runs. Time and requests are those of this run. */
export const summarise = (entries: Entry[], { people, notices, milliseconds, requests }: Run): string => {
  const sent = entries.filter((entry) => entry.type === 'sent')
  const senders = new Set(sent.map(({ by }) => by)).size
  const others = lookAlikes(entries).map(({ nick, name }) => `${nick} as ${name}`)
  const skipped = tally(entries.flatMap((entry) => (entry.type === 'skipped' ? [entry.reason] : [])))
  const refused = entries.flatMap((entry) =>
    entry.type === 'refused' ? [`${entry.at}: ${entry.reason}`] : [],
  )
  const rows: [string, string | number][] = [
    ['messages', `${sent.length} by ${senders} people`],
    ['replies', sent.filter(({ replyTo }) => replyTo !== undefined).length],
    ['people', people.count],
    ['joins', count(entries, 'joined')],
    ['leaves', count(entries, 'left')],
    ['renames', `${count(entries, 'renamed')}, and ${count(entries, 'moved')} to an existing name`],
    ['look-alikes', [others.length, ...others].join('\n')],
    ['skipped', [...skipped, `${notices} notices`].join(', ')],
    ['refused', [refused.length, ...refused].join('\n')],
    ['requests', `${requests} in ${(milliseconds / 1000).toFixed(1)} s`],
  ]
  const indent = ' '.repeat(13)
  return rows
    .map(([name, value]) => `${name.padEnd(13)}${String(value).replaceAll('\n', `\n${indent}`)}`)
    .join('\n')
}
