import { DEFAULT_FILE_BYTES } from '../contract'
import type { Bindings } from '../env'
import { Problem } from '../http/problem'
import { numberOf } from '../limits/numbers'

type Vars = Pick<Bindings, 'FILES' | 'FILE_BYTES'>

/** Returns the size of the largest file, in bytes. */
export const maxFileBytes = ({ FILE_BYTES }: Vars): number =>
  numberOf('FILE_BYTES', FILE_BYTES) || DEFAULT_FILE_BYTES

/** Returns what pages must know of uploads; null if files are off. */
export const filesView = (env: Vars): { bytes: number } | null =>
  env.FILES ? { bytes: maxFileBytes(env) } : null

/** Returns the bucket. Throws a 404 problem if files are off. */
export const bucketOf = ({ FILES }: Vars): R2Bucket => {
  if (FILES) return FILES
  throw new Problem(
    'files-not-enabled',
    'This instance takes no files. Its owner can add an R2 bucket as FILES: see docs/files.md.',
  )
}

export const fileNotFound = () =>
  new Problem(
    'file-not-found',
    'There is no file at this URL: it was deleted, or its link has ended. Read its message again for a new link.',
    { headers: { 'Cache-Control': 'no-store' } },
  )
