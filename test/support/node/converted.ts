import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Archive } from '../../../scripts/convert/archive.ts'
import { linesOf } from '../../../scripts/convert/lines.ts'
import { type DataLine, dataLine } from '../../../src/contract/data-lines.ts'
import { type Block, type Inline, parse } from '../../../src/contract/markdown.ts'

/** Writes a file for one test, and returns its path. */
export const fileWith = (name: string, content: string | Buffer): string => {
  const folder = mkdtempSync(join(tmpdir(), 'parlour-convert-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Returns the files of a folder, each with its path in it and its content. */
export const filesIn = (folder: string): [string, string][] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')])

type Of<Type extends DataLine['type']> = Extract<DataLine, { type: Type }>

/** Converts, holds each line against the schema of an export, and returns the lines by their types. */
export const converted = async (convert: (archive: Archive) => void | Promise<void>) => {
  const archive = new Archive()
  await convert(archive)
  const lines = [...linesOf(archive)].map((line) => dataLine.parse(JSON.parse(JSON.stringify(line))))
  const all = <Type extends DataLine['type']>(type: Type): Of<Type>[] =>
    lines.filter((line): line is Of<Type> => line.type === type)
  const names = new Map(all('user').map(({ id, name }) => [id, name]))
  const nameOf = (id: number): string => names.get(id) ?? `nobody has the id ${id}`
  const roomOf = (name: string): Of<'room'> => {
    const room = all('room').find((each) => each.name === name)
    if (!room) throw new Error(`There is no room ${name}, only ${all('room').map((each) => each.name)}.`)
    return room
  }
  return {
    archive,
    lines,
    all,
    nameOf,
    roomOf,
    /** Returns the messages of a room, each with its author's name. */
    messagesOf: (name: string) =>
      all('message')
        .filter(({ room }) => room === roomOf(name).id)
        .map(({ author, ...message }) => ({ ...message, by: nameOf(author) })),
    /** Returns the reactions of a message, each with the names of those who gave it. */
    reactionsOf: (name: string, seq: number) =>
      Object.fromEntries(
        all('reaction')
          .filter(({ room, message }) => room === roomOf(name).id && message === seq)
          .map(({ reaction, users }) => [reaction, users.map(nameOf)]),
      ),
  }
}

const inline = (node: Inline): string => {
  if (typeof node === 'string') return node
  if (node.kind === 'link') return `<a ${node.href}>${node.children.map(inline).join('')}</a>`
  if ('text' in node) return `<${node.kind}>${node.text}</${node.kind}>`
  return `<${node.kind}>${node.children.map(inline).join('')}</${node.kind}>`
}
const block = (node: Block): string => {
  switch (node.kind) {
    case 'paragraph':
      return `<p>${node.children.map(inline).join('')}</p>`
    case 'code':
      return `<pre>${node.text}</pre>`
    case 'quote':
      return `<quote>${node.children.map(block).join('')}</quote>`
    case 'list':
      return `<list>${node.items.map(({ children }) => `<li>${children.map(block).join('')}</li>`).join('')}</list>`
  }
}

/** Returns the text of a message as a reader sees it: its markup as tags, and the text as it is. */
export const shown = (markdown: string): string => parse(markdown).map(block).join('')
