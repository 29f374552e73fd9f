import type { SiteRole } from '../contract/lists'
import type { Name } from '../lib/name'

/**
 * A person as the site's own login names it. `subject` is the issuer and `sub` together. `name` has been validated. `role`
 * is the one that it claims, if the site lets logins carry a role. It is accepted until `expires`, in milliseconds.
 */
export type Login = {
  subject: string
  name: string
  nameKey: string
  role?: { kind: SiteRole } | undefined
  expires: number
}

/** The proof of identity that a request carries. `hash` is the SHA-256 of a token, as it is stored. */
export type Credential =
  | { kind: 'none' }
  | { kind: 'admin' }
  | { kind: 'token'; hash: string }
  | ({ kind: 'login' } & Login)

/** The sender of a request: a credential, and the user that the request names. With a token or login it may name nobody. */
export type Actor = { credential: Credential; user: Name | undefined }

/** A request about a room. `now`, in milliseconds, is the one clock of all its statements. */
export type RoomRequest = { room: Name; actor: Actor; now: number }
