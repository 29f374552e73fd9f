import * as z from 'zod/mini'
import { described } from './described.ts'
import { digits, positive, wholeNumber } from './fields.ts'
import { fileId } from './files.ts'

/** The largest request of an import. */
export const MAX_IMPORT_BYTES = 2 ** 20
/** `MAX_IMPORT_BYTES` as a text for people. */
export const MAX_IMPORT_SIZE = '1 MiB'

const importId = z
  .string()
  .check(z.regex(/^[\w-]{1,64}$/, { error: "must be 1 to 64 letters, digits, '_' and '-'" }))
const flag = z.optional(z.enum(['true', 'false']))

export const importStateQuery = z.object({
  import: described(importId, {
    description: 'The id of the import, as the requests with its lines have it.',
  }),
})

export const importQuery = z.object({
  import: described(z.optional(importId), {
    description:
      'An id that all requests with lines of one file have, such as a hash of the file. Unless given, a request with the first line of a file begins an import, and any other continues the latest one.',
  }),
  line: described(z.optional(digits), {
    description:
      'The number in the file of the first line of the body. Lines that are stored already are skipped. Only the request with the beginning of a file may leave it out.',
  }),
  rename: described(flag, {
    description:
      'With `true`, people and chatrooms of the file whose name is taken get another one, such as `name-2`.',
  }),
  mergeUsers: described(flag, {
    description:
      'With `true`, a person of the file is the person of the same name or login here. Only if the owners of these names agree.',
  }),
  dryRun: described(flag, {
    description: 'With `true`, checks the lines and their names, and stores nothing.',
  }),
})

const kind = z.enum(['user', 'chatroom'])
const name = z.string()

export const importNames = z.object({
  clashes: described(
    z.array(
      z.object({
        line: described(positive, { description: 'The number of the line in the file.' }),
        kind,
        name,
      }),
    ),
    { description: 'Names of the file that are taken.' },
  ),
  renamed: described(
    z.array(
      z.object({
        kind,
        id: described(positive, { description: 'The id in the file.' }),
        name,
      }),
    ),
    { description: 'People and chatrooms that get, or got, another name.' },
  ),
  merged: described(z.array(name), { description: 'People of the file who are people of this instance.' }),
})

export const importAnswer = described(
  z.object({
    import: described(z.nullable(importId), { description: 'Null for a dry run without an id.' }),
    lines: described(wholeNumber, { description: 'The lines of the file that are stored.' }),
    finished: described(z.boolean(), { description: 'Whether the last line of the file is stored.' }),
    keepsIds: described(z.boolean(), {
      description:
        'Whether the instance was empty when the import began, so that all ids stay as they are in the file.',
    }),
    names: described(z.optional(importNames), {
      description:
        'Of a dry run, the names of its lines. Of the state of an import, the first thousand that were changed.',
    }),
  }),
  { id: 'Import' },
)

export type ImportAnswer = z.output<typeof importAnswer>
export type ImportNames = z.output<typeof importNames>

export const importFileParams = z.object({ id: fileId })

export const importFileQuery = z.object({
  import: described(importId, { description: 'The id of the import whose lines name the file.' }),
  room: described(digits, { description: 'The id of the chatroom in the lines of the import.' }),
})

export const importedFile = described(z.object({ id: fileId, bytes: positive }), { id: 'ImportedFile' })
