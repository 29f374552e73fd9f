import * as z from 'zod/mini'
import { described } from './described.ts'
import { actor, idempotencyKey, positive, wellFormed, wellFormedError } from './fields.ts'
import { toFileName } from './file-name.ts'
import { MAX_DESCRIPTION_CHARACTERS, MAX_FILES } from './limits.ts'

export const fileId = described(
  z.string().check(z.regex(/^[\w-]{22}$/, { error: 'must be the id that the upload of the file returned' })),
  { description: 'Random. Nobody can guess it.', examples: ['Vn5yTz9uQ3mJ1xWb7rKdLg'] },
)
const description = z.string().check(
  z.maxLength(MAX_DESCRIPTION_CHARACTERS, {
    error: `must be at most ${MAX_DESCRIPTION_CHARACTERS} characters`,
  }),
  z.refine(wellFormed, wellFormedError),
)

/** A file of a new message: its id, or its id and a description. */
const fileRef = z.union(
  [fileId, z.object({ id: fileId, description: z.optional(z.nullable(description)) })],
  {
    error: `must be the id of an uploaded file, or {"id":"…","description":"…"} with a description of at most ${MAX_DESCRIPTION_CHARACTERS} characters`,
  },
)
export type FileRef = z.output<typeof fileRef>

export const idOfRef = (ref: FileRef): string => (typeof ref === 'string' ? ref : ref.id)

/** The files of a new message. */
export const fileRefs = described(
  z.optional(
    z.array(fileRef).check(
      z.maxLength(MAX_FILES, { error: `must name at most ${MAX_FILES} files` }),
      z.refine((refs) => new Set(refs.map(idOfRef)).size === refs.length, {
        error: 'must name each file once',
      }),
    ),
  ),
  {
    description:
      'Files that you have uploaded to this chatroom: each by its `id`, or as `{"id":"…","description":"…"}` with words for people who do not see it. A file can be sent once.',
    examples: [[]],
  },
)

/** The query of an upload. */
export const uploadQuery = z.object({
  name: described(z.pipe(z.pipe(z.string(), z.transform(toFileName)), z.string()), {
    description:
      'The name of the file. Folders and characters that no file name should hold are removed, and a long name is cut.',
    examples: ['photo.jpg'],
  }),
  userName: actor,
})
export const uploadHeaders = z.object({
  'Idempotency-Key': described(z.optional(idempotencyKey), {
    description:
      'A text of your choice, such as a UUID. If you repeat an upload to the same chatroom with the same key, it is stored once and the first answer is returned.',
  }),
})

export const fileParams = z.object({
  id: fileId,
  fileName: described(z.string(), { description: 'The name of the file.', examples: ['photo.jpg'] }),
})
export const fileQuery = z.object({
  until: described(z.optional(z.string()), { description: 'When the URL ends. In signed URLs only.' }),
  signature: described(z.optional(z.string()), { description: 'In signed URLs only.' }),
})

const pixels = z.nullable(positive)

export const file = described(
  z.object({
    id: fileId,
    name: z.string(),
    type: described(z.string(), {
      description: 'The media type, which the server reads from the bytes.',
      examples: ['image/jpeg'],
    }),
    bytes: positive,
    width: described(pixels, { description: 'Of an image, in pixels. Null for any other file.' }),
    height: pixels,
    description: described(z.nullable(z.string()), {
      description: 'The words for people who do not see the picture or hear the sound.',
    }),
    url: described(z.string(), {
      description:
        'The absolute URL of the bytes. In a chatroom that only members read it is signed, and ends within an hour: read the message again for a new one.',
    }),
  }),
  { id: 'File' },
)

/** The files of a message. */
export const files = described(z.array(file), {
  description: 'The files of the message, in the order of its author.',
})

export type ChatFile = z.output<typeof file>
