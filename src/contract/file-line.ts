import * as z from 'zod/mini'
import { lengthBetween, positive, time } from './fields.ts'
import { isFileName } from './file-name.ts'
import { fileId } from './files.ts'
import { MAX_DESCRIPTION_CHARACTERS, MAX_FILES } from './limits.ts'

/** SHA-256 of the bytes, base64url. */
const sha256 = z.string().check(z.regex(/^[\w-]{43}$/, { error: 'must be a SHA-256, base64url' }))

/** The files of a message, in the lines of an export. Their bytes are beside it. */
export const sentFiles = z.optional(
  z
    .array(
      z.object({
        id: fileId,
        name: z.string().check(
          z.refine(isFileName, {
            error: 'must be the name of a file, without folders and invisible characters',
          }),
        ),
        /** The media type. */
        type: z
          .string()
          .check(z.regex(/^[\w.+-]{1,100}\/[\w.+-]{1,100}$/, { error: 'must be a media type' })),
        bytes: positive,
        /** In pixels. Left out for what is no image. */
        width: z.optional(positive),
        height: z.optional(positive),
        description: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_DESCRIPTION_CHARACTERS))),
        /** Its URL is signed: only members could read the room when it was uploaded. */
        signed: z.optional(z.literal(true)),
        hash: z.optional(sha256),
      }),
    )
    .check(z.minLength(1), z.maxLength(MAX_FILES)),
)
/** The length of the name by which people know a blocked file. */
export const blockedFileName = lengthBetween(1, 255)

/** Bytes that nobody may upload again. Only in the export of the whole instance. */
export const blockedFileLine = z.object({
  type: z.literal('blockedFile'),
  hash: sha256,
  /** A name by which people know the file. */
  name: z.string().check(z.refine(blockedFileName.check, blockedFileName)),
  createdAt: time,
})

export type SentFile = NonNullable<z.output<typeof sentFiles>>[number]
