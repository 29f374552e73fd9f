/** A person as the site's own login has it. `subject` is the issuer and `sub` together; `name` has been through the door; it `expires` at
 * a time in milliseconds. */
export type Login = { subject: string; name: string; nameKey: string; expires: number }

/** What a request shows of who sends it. `hash` is the SHA-256 of a token, as it is stored. */
export type Credential =
  | { kind: 'none' }
  | { kind: 'admin' }
  | { kind: 'token'; hash: string }
  | ({ kind: 'login' } & Login)

/** Who is to act: what was shown, and the key of the name that was given; a token or login may leave the name out. */
export type Actor = { credential: Credential; userKey: string | undefined }
