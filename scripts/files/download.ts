import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { explain, reason, Stop } from '../command.ts'
import { type NamedFile, nameInFolder } from './named.ts'
import { bodyOf, requestFile, type Server } from './request.ts'

/** The known facts about the bytes of a file. */
type Expected = { bytes?: number; hash?: string | undefined }

const isThere = (path: string, { bytes }: Expected): boolean =>
  existsSync(path) && (bytes === undefined || statSync(path).size === bytes)

/** Writes the body of an answer to a file, which is there under its name once it is complete and right. */
const save = async (response: Response, path: string, expected: Expected): Promise<void> => {
  const part = `${path}.part`
  const hash = createHash('sha256')
  let length = 0
  const count = async function* (source: AsyncIterable<Uint8Array>) {
    for await (const chunk of source) {
      hash.update(chunk)
      length += chunk.length
      yield chunk
    }
  }
  try {
    const body = Readable.fromWeb((response.body ?? new Blob([]).stream()) as NodeStream<Uint8Array>)
    await pipeline(body, count, createWriteStream(part))
  } catch (error) {
    rmSync(part, { force: true })
    if (error instanceof Error && 'syscall' in error && /^(open|write)/.test(String(error.syscall)))
      throw new Stop(`${path} can't be written: ${reason(error)}.`)
    throw error
  }
  const digest = hash.digest('base64url')
  const { bytes = length, hash: expectedHash = digest } = expected
  if (length !== bytes || digest !== expectedHash) {
    rmSync(part, { force: true })
    throw new Error('the bytes of the answer are not those of the file')
  }
  renameSync(part, path)
}

/** Returns the path and query of a file's URL. Only they count: the server may be reached by another origin. */
export const pathOf = (url: string): string => {
  const { pathname, search } = new URL(url)
  return pathname.slice(pathname.indexOf('/file/')) + search
}

/** Asks for the link of a file that only members read. Returns its path and query. */
const linkOf = async (server: Server, { file, roomName, seq }: NamedFile): Promise<string | undefined> => {
  if (seq === undefined) return undefined
  const path = `/chatroom/${encodeURIComponent(roomName)}/message/${seq}`
  return requestFile(server, { method: 'GET', path }, async (response) => {
    const body = await bodyOf(response)
    if (response.status !== 200) return undefined
    const { files = [] } = body as { files?: { id: string; url: string }[] }
    const link = files.find(({ id }) => id === file.id)
    if (!link) return undefined
    return pathOf(link.url)
  })
}

/** Downloads from a path of the server. Returns false if there is nothing. */
const get = (server: Server, from: string, path: string, expected: Expected): Promise<boolean> =>
  requestFile(server, { method: 'GET', path: from }, async (response) => {
    if (response.status === 200) {
      await save(response, path, expected)
      return true
    }
    const body = await bodyOf(response)
    if (response.status === 404) return false
    throw new Stop(explain({ status: response.status, body }))
  })

/** Downloads one file. Returns false if the server does not have it, or the token may not read it. */
const download = async (server: Server, named: NamedFile, path: string): Promise<boolean> => {
  const { id, name, signed } = named.file
  if (await get(server, `/file/${id}/${encodeURIComponent(name)}`, path, named.file)) return true
  const link = signed ? await linkOf(server, named) : undefined
  return link !== undefined && (await get(server, link, path, named.file))
}

/** Downloads a file by its link, unless it is there already. Returns false if the server does not have it. */
export const downloadLink = async (server: Server, link: string, path: string): Promise<boolean> =>
  isThere(path, {}) || get(server, link, path, {})

export type Downloaded = { added: number; before: number; missing: NamedFile[] }

/** Downloads files into a folder, but for those that are there already. */
export const downloadFiles = async (
  server: Server,
  files: readonly NamedFile[],
  folder: string,
  onFile: (done: number) => void,
): Promise<Downloaded> => {
  const result: Downloaded = { added: 0, before: 0, missing: [] }
  if (files.length > 0) mkdirSync(folder, { recursive: true })
  for (const [index, named] of files.entries()) {
    const path = join(folder, nameInFolder(named.file))
    if (isThere(path, named.file)) result.before++
    else if (await download(server, named, path)) result.added++
    else result.missing.push(named)
    onFile(index + 1)
  }
  return result
}
