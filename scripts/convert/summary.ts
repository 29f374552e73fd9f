import { harmless } from '../line.ts'
import type { Archive } from './archive.ts'
import { type LossKind, lossKinds } from './losses.ts'
import type { Renamed } from './names.ts'
import { sizeOf } from './text.ts'

/** The rows of a list that are printed. A report has all. */
const MAX_ROWS = 20

const table = (rows: readonly (readonly string[])[]): string[] => {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(width(column)))).join('  '),
  )
}

/** Returns the table of the names that had to change. */
const renamedTable = (renamed: readonly Renamed[]): string[] => [
  'Names that Parlour has in another form:',
  ...table([
    ['', 'was', 'is', 'why'],
    ...renamed.map(({ kind, from, to, why }) => [kind, harmless(from), to, why]),
  ]),
]

const isKind = (text: string): text is LossKind => Object.hasOwn(lossKinds, text)

/** Returns what could not be taken: each kind with its details. */
const lossLines = ({ losses }: Archive, maxRows: number): string[] =>
  Object.keys(lossKinds)
    .filter(isKind)
    .filter((kind) => losses.count(kind) > 0)
    .flatMap((kind) => {
      const size = kind === 'attachment' ? `, ${sizeOf(losses.attachmentBytes)}` : ''
      const details = losses.details(kind).toSorted(([, one], [, other]) => other - one)
      const rest = details.length - maxRows
      return [
        `  ${lossKinds[kind]}: ${losses.count(kind)}${size}`,
        ...details
          .slice(0, maxRows)
          .map(([detail, count]) => `      ${harmless(detail)}${count > 1 ? ` × ${count}` : ''}`),
        ...(rest > 0 ? [`      … and ${rest} more: --report FILE lists all`] : []),
      ]
    })

/** Returns what a conversion has made, and what it couldn't take. `isWhole` lists everything. */
export const summarise = (archive: Archive, isWhole = false): string => {
  const { rooms, users, renamed, split } = archive
  const messages = rooms.flatMap((room) => room.messages)
  const reactions = messages.flatMap((message) => [...(message.reactions?.values() ?? [])])
  const count = (test: (message: (typeof messages)[number]) => boolean) => messages.filter(test).length
  const losses = lossLines(archive, isWhole ? Number.POSITIVE_INFINITY : MAX_ROWS)
  return [
    ...table([
      ['rooms', String(rooms.length)],
      ['people', String(users.length)],
      ['messages', String(messages.length)],
      ['replies', String(count(({ replyTo }) => replyTo !== undefined))],
      ['reactions', String(reactions.reduce((sum, people) => sum + people.length, 0))],
      ['edited', String(count(({ editedAt }) => editedAt !== undefined))],
      ['deleted', String(count(({ text }) => text === null))],
      ['split', `${split} texts that were longer than a message may be`],
    ]),
    ...(renamed.length > 0 ? ['', ...renamedTable(renamed)] : []),
    ...(losses.length > 0 ? ['', 'What could not be taken:', ...losses] : []),
  ].join('\n')
}
