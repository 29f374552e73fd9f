import type { ChatFile } from '../contract'
import type { StoredFile } from '../db/schema'
import { base64url } from '../lib/token'

/** A signed URL stays the same for so long, so that the ETags of pages do too. It ends after one to two of these times. */
const SIGNATURE_MILLISECONDS = 1_800_000

/** Returns a number that changes when the URLs of files are signed anew. */
export const signaturePeriod = (now: number): number => Math.floor(now / SIGNATURE_MILLISECONDS)

/** Returns when the URLs that are signed now end. */
const endOf = (now: number): number => (signaturePeriod(now) + 2) * SIGNATURE_MILLISECONDS

const encoder = new TextEncoder()

/** Signatures that were made, because a page needs the same one for each of its files. */
const known = new Map<string, string>()
const MAX_KNOWN = 1000

/** Returns the signature that opens the files of a room until a time in milliseconds. */
export const signatureOf = async (secret: string, roomId: number, until: number): Promise<string> => {
  const signed = `file ${roomId} ${until}`
  const name = `${secret} ${signed}`
  const before = known.get(name)
  if (before !== undefined) return before
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign'])
  const signature = base64url(
    new Uint8Array(await crypto.subtle.sign(algorithm, key, encoder.encode(signed))),
  )
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(name, signature)
  return signature
}

/** Returns the URL of a file. */
export type FileLinks = (file: StoredFile) => string

/** The parts that links are made of: the URL of the API, with a slash at its end, and the instance's secret. */
export type LinkSource = { base: () => string; secret: () => Promise<string> }

type WithFiles = { files: StoredFile[] | null }

const pathOf = ({ id, name }: Pick<StoredFile, 'id' | 'name'>): string =>
  `file/${id}/${encodeURIComponent(name)}`

/** Returns the links of the files of rows, signed where only members may follow them. */
export const linksOf = async (
  { base, secret }: LinkSource,
  rows: readonly WithFiles[],
): Promise<FileLinks> => {
  const files = rows.flatMap((row) => row.files ?? [])
  const start = files.length > 0 ? base() : ''
  const until = endOf(Date.now())
  const endings = new Map<number, string>()
  for (const { room } of files)
    if (room !== null && !endings.has(room))
      endings.set(room, `?until=${until}&signature=${await signatureOf(await secret(), room, until)}`)
  return (file) => start + pathOf(file) + (file.room === null ? '' : (endings.get(file.room) ?? ''))
}

/** Makes links for rows. */
export type MakeLinks = (rows: readonly WithFiles[]) => Promise<FileLinks>

/** Returns files as readers see them. */
export const fileViews = (files: StoredFile[] | null, links: FileLinks): ChatFile[] =>
  files === null
    ? []
    : files.map((file) => {
        const { id, name, type, bytes, width, height, description } = file
        return { id, name, type, bytes, width, height, description, url: links(file) }
      })
