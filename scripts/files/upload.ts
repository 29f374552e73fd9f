import { existsSync, openAsBlob } from 'node:fs'
import { join } from 'node:path'
import { newFileIds } from '../../src/data/import/file-ids.ts'
import { explain, Stop } from '../command.ts'
import { type NamedFile, nameInFolder } from './named.ts'
import { bodyOf, requestFile, type Server } from './request.ts'

export type Uploaded = {
  added: number
  before: number
  /** Not in the folder. */
  missing: NamedFile[]
  /** Refused by the server, with its words. */
  refused: { named: NamedFile; words: string }[]
}

type Import = { id: string; keepsIds: boolean }

/** Tells whether the server has the bytes of a file already. */
const isStored = (server: Server, id: string, name: string): Promise<boolean> =>
  requestFile(
    server,
    { method: 'HEAD', path: `/file/${id}/${encodeURIComponent(name)}` },
    async ({ status }) => status === 200,
  )

/** Sends the bytes of one file. Returns the words of the server if it refuses them. */
const send = (server: Server, path: string, named: NamedFile, imported: Import, id: string) => {
  const query = new URLSearchParams({ import: imported.id, room: String(named.room) })
  const request = {
    method: 'PUT' as const,
    path: `/api/import/file/${id}?${query}`,
    body: () => openAsBlob(path),
  }
  return requestFile(server, request, async (response) => {
    const { status } = response
    const body = await bodyOf(response)
    if (status === 200) return undefined
    const words = explain({ status, body })
    if (![400, 404, 413].includes(status) || words.includes('takes no files')) throw new Stop(words)
    return words
  })
}

/** Sends the bytes of the files of an import from a folder, but for those that the server has. */
export const uploadFiles = async (
  server: Server,
  files: readonly NamedFile[],
  { folder, imported }: { folder: string; imported: Import },
  onFile: (done: number) => void,
): Promise<Uploaded> => {
  const result: Uploaded = { added: 0, before: 0, missing: [], refused: [] }
  const ids = await newFileIds(
    imported.id,
    files.map(({ file }) => file.id),
  )
  for (const [index, named] of files.entries()) {
    const { file } = named
    const id = imported.keepsIds ? file.id : (ids.get(file.id) ?? file.id)
    const path = join(folder, nameInFolder(file))
    if (await isStored(server, id, file.name)) result.before++
    else if (!existsSync(path)) result.missing.push(named)
    else {
      const words = await send(server, path, named, imported, id)
      if (words === undefined) result.added++
      else result.refused.push({ named, words })
    }
    onFile(index + 1)
  }
  return result
}
