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

/**
 * The network that a write comes from, as bans know it: a keyed hash, never an address. It is remembered and banned for at most
 * `milliseconds`.
 */
export type Network = { hash: string; milliseconds: number }

/**
 * A request about a room. `now`, in milliseconds, is the one clock of all its statements. `network` is undefined unless the owner lets bans hold
 * for networks.
 */
export type RoomRequest = { room: Name; actor: Actor; now: number; network?: Network | undefined }
