import { sql } from 'drizzle-orm'
import type { Credential } from '../../auth/actor'
import { runOnSite } from '../../auth/site-admin'
import type { Database } from '../../db/client'
import { files, importIds } from '../../db/schema'
import { restoreFile } from '../../files/restore-file'
import { Problem } from '../../http/problem'

/** A file of an import: its id here, and its room in the lines of the import. */
type Wanted = { importId: string; id: string; room: number }

/** Returns the file that a message or a held message of the import has. Throws `Refused` for a caller who is no admin. */
const findFile = async (db: Database, credential: Credential, { importId, id, room }: Wanted) => {
  const { found } = await runOnSite(db, credential, 'administer', {
    found: db
      .select({
        id: files.id,
        roomId: files.roomId,
        name: files.name,
        type: files.type,
        bytes: files.bytes,
        hash: files.hash,
        isSigned: files.isSigned,
      })
      .from(files)
      .where(
        sql`${files.id} = ${id} and state = 'used' and ${files.roomId} = (
          select ${importIds.newId} from ${importIds} where import_id = ${importId} and kind = 'room' and old_id = ${room})`,
      ),
  })
  return found[0]
}

const notFound = (id: string): Problem =>
  new Problem(
    'file-not-found',
    `No message of this import has the file "${id}", or it was deleted since. Send the lines of the import first.`,
  )

type Body = { bytes: number; body: ReadableStream<Uint8Array> }

/** Stores bytes as those of a file of an import. Throws a problem if it has no such file, or they are not its bytes. */
export const storeBytes = async (
  db: Database,
  credential: Credential,
  bucket: R2Bucket,
  wanted: Wanted,
  { bytes, body }: Body,
): Promise<{ id: string; bytes: number }> => {
  const file = await findFile(db, credential, wanted)
  if (!file) throw notFound(wanted.id)
  if (bytes !== file.bytes)
    throw new Problem(
      'file-damaged',
      `The file "${file.name}" had ${file.bytes} bytes when it was exported, and these are ${bytes}. Send the file as it was exported.`,
    )
  await restoreFile(bucket, file, body)
  // Its row may have been removed meanwhile, when there was no object yet.
  if (!(await findFile(db, credential, wanted))) {
    await bucket.delete(file.id)
    throw notFound(wanted.id)
  }
  return { id: file.id, bytes }
}
