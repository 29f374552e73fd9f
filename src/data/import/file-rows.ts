import type { DataLine } from '../../contract/data-lines'
import type { files as filesTable, StoredFile } from '../../db/schema'

/** Gives the ids of files. */
export type FileOf = (id: string) => string

type LineWithFiles = Extract<DataLine, { type: 'message' | 'held' }>

/** Returns the files of a line as the row of its message holds them. */
export const storedFiles = ({ files }: LineWithFiles, roomId: number, fileOf: FileOf): StoredFile[] | null =>
  files?.map(({ id, name, type, bytes, width = null, height = null, description = null, signed }) => ({
    id: fileOf(id),
    name,
    type,
    bytes,
    width,
    height,
    description,
    room: signed ? roomId : null,
  })) ?? null

/** Returns the rows of the files of a line. `owner`: the row of its message. */
export const fileRows = (
  { files = [] }: LineWithFiles,
  {
    roomId,
    authorId,
    createdAt,
    seq = null,
  }: { roomId: number; authorId: number; createdAt: number; seq?: number | null },
  fileOf: FileOf,
): (typeof filesTable.$inferSelect)[] =>
  files.map(({ id, name, type, bytes, width = null, height = null, signed = false, hash = null }) => ({
    roomId,
    id: fileOf(id),
    userId: authorId,
    name,
    type,
    bytes,
    width,
    height,
    hash,
    isSigned: signed,
    state: 'used',
    seq,
    idempotencyKey: null,
    createdAt,
    expiresAt: null,
  }))
