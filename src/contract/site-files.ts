import * as z from 'zod/mini'
import { anyNumber, cursorOf } from './cursors.ts'
import { described } from './described.ts'
import { authorId, chatroomName, next, seq, time, userName, wellFormed, wellFormedError } from './fields.ts'
import { blockedFileName } from './file-line.ts'
import { file } from './files.ts'
import { limit } from './requests.ts'

// The requests of admins and moderators of the site about the files of all rooms.

export const siteFileListQuery = z.object({
  limit,
  cursor: described(z.optional(cursorOf(`${anyNumber}_[\\w-]{22}`)), {
    description: 'The end of the page before. Take it from `next`.',
  }),
})

const hash = described(
  z.string().check(
    z.regex(/^[\w-]{43}$/, {
      error: 'must be a SHA-256 in base64url, of 43 characters: take it from the list of files',
    }),
  ),
  {
    description: 'The SHA-256 of the bytes as they are stored, in base64url.',
    examples: ['47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'],
  },
)

export const siteFile = described(
  z.extend(file, {
    chatroom: chatroomName,
    seq: described(seq, { description: 'The number of the message that has the file.' }),
    userId: authorId,
    userName: described(z.nullable(userName), { description: 'Who sent it; null once the user is deleted.' }),
    hash,
    isBlocked: described(z.boolean(), { description: 'True if nobody may upload these bytes again.' }),
    createdAt: described(time, { description: 'When it was uploaded.' }),
  }),
  { id: 'SiteFile' },
)
export const siteFileList = described(
  z.object({ files: described(z.array(siteFile), { description: 'Newest first.' }), next }),
  { id: 'SiteFileList' },
)

const count = z.int().check(z.nonnegative())
const space = { count: described(count, { description: 'The number of files.' }), bytes: count }
/** The space that the files of messages take. */
export const fileUsage = described(
  z.object({
    ...space,
    chatrooms: described(z.array(z.object({ chatroom: z.nullable(chatroomName), ...space })), {
      description:
        'The chatrooms whose files take the most space. Null: a deleted one, whose files the sweep removes.',
    }),
    people: described(z.array(z.object({ userId: authorId, userName: z.nullable(userName), ...space })), {
      description: 'The people whose files take the most space.',
    }),
    more: described(z.boolean(), { description: 'True if there are more files than could be counted.' }),
  }),
  { id: 'FileUsage' },
)

export const blockedFileParams = z.object({ hash })
export const blockedFileBody = z.object({
  name: described(
    z
      .string()
      .check(
        z.trim(),
        z.refine(blockedFileName.check, blockedFileName),
        z.refine(wellFormed, wellFormedError),
      ),
    { description: 'A name by which you know the file again.', examples: ['casino.png'] },
  ),
})
export const blockedFile = described(z.object({ hash, name: z.string(), createdAt: time }), {
  id: 'BlockedFile',
})
export const blockedFileList = described(
  z.object({
    blockedFiles: described(z.array(blockedFile), { description: 'The last blocked one first.' }),
    next,
  }),
  { id: 'BlockedFileList' },
)
export const unblockedFile = described(z.object({ hash, blocked: z.literal(false) }), { id: 'UnblockedFile' })

export type SiteFile = z.output<typeof siteFile>
export type SiteFileList = z.output<typeof siteFileList>
export type FileUsage = z.output<typeof fileUsage>
export type BlockedFile = z.output<typeof blockedFile>
export type BlockedFileList = z.output<typeof blockedFileList>
