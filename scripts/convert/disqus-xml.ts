import { createReadStream } from 'node:fs'
import { SaxesParser } from 'saxes'
import { reason, Stop } from '../command.ts'

/** A thread or a post: its `dsq:id`, and the texts and ids of the elements in it by their paths, such as `author/name`. */
export type DisqusRecord = {
  kind: 'thread' | 'post'
  id: string
  /** The line where it begins. */
  line: number
  texts: ReadonlyMap<string, string>
  ids: ReadonlyMap<string, string>
}

/**
 * Reads the threads and posts of an export of Disqus, one after another. Entities that the file itself defines are refused, so none can
 * grow or read another file.
 */
export const readDisqus = async (path: string, onRecord: (record: DisqusRecord) => void): Promise<void> => {
  const parser = new SaxesParser({ xmlns: false, fileName: path })
  const open: string[] = []
  let record: (DisqusRecord & { texts: Map<string, string>; ids: Map<string, string> }) | undefined

  parser.on('error', ({ message }) => {
    throw new Stop(`${message}. The file is damaged or cut off.`)
  })
  parser.on('opentag', ({ name, attributes }) => {
    const id = attributes['dsq:id'] ?? ''
    open.push(name)
    if (open[0] !== 'disqus')
      throw new Stop(`${path} begins with <${open[0]}>, not <disqus>, so it is not an export of Disqus.`)
    if (open.length === 2 && (name === 'thread' || name === 'post'))
      record = { kind: name, id, line: parser.line, texts: new Map(), ids: new Map() }
    else if (id !== '') record?.ids.set(open.slice(2).join('/'), id)
  })
  const addText = (text: string) => {
    if (!record || open.length < 3) return
    const field = open.slice(2).join('/')
    record.texts.set(field, (record.texts.get(field) ?? '') + text)
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => {
    open.pop()
    if (open.length !== 1 || !record) return
    onRecord(record)
    record = undefined
  })

  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const bytes of createReadStream(path)) parser.write(decoder.decode(bytes, { stream: true }))
    parser.write(decoder.decode()).close()
  } catch (error) {
    if (error instanceof Stop) throw error
    throw new Stop(
      error instanceof TypeError
        ? `${path}: line ${parser.line} is not UTF-8.`
        : `Could not read ${path}: ${reason(error)}`,
    )
  }
}
