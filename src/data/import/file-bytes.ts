import { sql } from 'drizzle-orm'
import type { Context } from 'hono'
import type { Credential } from '../../auth/actor'
import { credentialOf } from '../../auth/credential'
import { runOnSite } from '../../auth/site-admin'
import type { Database } from '../../db/client'
import { files, importIds } from '../../db/schema'
import type { Env } from '../../env'
import { bucketOf } from '../../files/bucket'
import { restoreFile } from '../../files/restore-file'
import { lengthOf } from '../../files/upload'
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

/** Stores the body of a request as the bytes of a file of an import. */
export const storeBytes = async (c: Context<Env>, wanted: Wanted): Promise<{ id: string; bytes: number }> => {
  const bucket = bucketOf(c.env)
  const bytes = lengthOf(c)
  const file = await findFile(c.var.db, await credentialOf(c), wanted)
  if (!file)
    throw new Problem(
      'file-not-found',
      `No message of this import has the file "${wanted.id}", or it was deleted since. Send the lines of the import first.`,
    )
  if (bytes !== file.bytes)
    throw new Problem(
      'file-damaged',
      `The file "${file.name}" had ${file.bytes} bytes when it was exported, and these are ${bytes}. Send the file as it was exported.`,
    )
  await restoreFile(c, bucket, file)
  return { id: file.id, bytes }
}
