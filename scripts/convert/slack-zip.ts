import { buffer } from 'node:stream/consumers'
import { type Entry, openPromise } from 'yauzl'
import type * as z from 'zod/mini'
import { reason, Stop } from '../command.ts'
import { parseJson } from './files.ts'

/** JSON packs to about a tenth. A file that unpacks to much more than that was made to fill the memory. */
const MAX_RATIO = 200
const ALLOWANCE = 16 * 1024 * 1024

export type Zip = {
  names: string[]
  /** Reads one JSON file, if it is there. Only that one is held in memory. */
  json: <Schema extends z.ZodMiniType>(name: string, schema: Schema) => Promise<z.output<Schema> | undefined>
}

/** Opens a zip for as long as `run` takes. Nothing is unpacked to the disk. */
export const withZip = async (path: string, run: (zip: Zip) => Promise<void>): Promise<void> => {
  const broken = (error: unknown) =>
    new Stop(`${path} can't be read as a zip file. It may be another file, or cut off: ${reason(error)}`)
  const zip = await openPromise(path, { autoClose: false }).catch((error: unknown) => {
    throw broken(error)
  })
  try {
    const entries = new Map<string, Entry>()
    let bytes = 0
    try {
      for await (const entry of zip.eachEntry()) {
        if (!entry.fileName.endsWith('.json')) continue
        bytes += entry.uncompressedSize
        entries.set(entry.fileName, entry)
      }
    } catch (error) {
      throw broken(error)
    }
    if (bytes > MAX_RATIO * zip.fileSize + ALLOWANCE)
      throw new Stop(
        `${path} unpacks to ${bytes} bytes, more than ${MAX_RATIO} times its size. It is not an export of Slack.`,
      )

    await run({
      names: [...entries.keys()],
      json: async (name, schema) => {
        const entry = entries.get(name)
        if (!entry) return undefined
        const content = await zip
          .openReadStreamPromise(entry)
          .then(buffer)
          .catch((error: unknown) => {
            throw new Stop(`${path}: ${name} can't be unpacked: ${reason(error)}`)
          })
        return parseJson(schema, content.toString('utf8'), `${path}: ${name}`)
      },
    })
  } finally {
    zip.close()
  }
}
