import type { MessageRow } from '../messages/store'
import { signaturePeriod } from './links'

// The links of a page change when they are signed anew, and nothing in the database does. So the tag of a page with signed links says when they
// were signed.

const tagOf = (version: string, now: number): string => `${version}~${signaturePeriod(now)}`

/** Returns an `If-None-Match` header with the versions of pages whose links are still the same. */
export const versionsIn = (header: string | undefined, now: number): string | undefined =>
  header?.replaceAll(`~${signaturePeriod(now)}"`, '"')

/** Returns the version of a page for its ETag. A page that the client has may be without rows. */
export const taggedVersion = (
  version: string,
  { now, header, rows }: { now: number; header: string | undefined; rows: readonly MessageRow[] },
): string => {
  const tagged = tagOf(version, now)
  const isSigned = rows.some(({ files }) => files?.some(({ room }) => room !== null))
  return isSigned || header?.includes(`"${tagged}"`) ? tagged : version
}
