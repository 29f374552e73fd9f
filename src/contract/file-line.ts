import * as z from 'zod/mini'
import { positive } from './fields.ts'
import { toFileName } from './file-name.ts'
import { fileId } from './files.ts'
import { MAX_DESCRIPTION_CHARACTERS, MAX_FILES } from './limits.ts'

/** The files of a message, in the lines of an export. Their bytes are beside it. */
export const sentFiles = z.optional(
  z
    .array(
      z.object({
        id: fileId,
        name: z.string().check(
          z.refine((name) => name !== '' && toFileName(name) === name, {
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
        /** SHA-256 of the bytes, base64url. */
        hash: z.optional(z.string().check(z.regex(/^[\w-]{43}$/, { error: 'must be a SHA-256, base64url' }))),
      }),
    )
    .check(z.minLength(1), z.maxLength(MAX_FILES)),
)
export type SentFile = NonNullable<z.output<typeof sentFiles>>[number]
