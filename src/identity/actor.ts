/** What a request shows of who sends it. `hash` is the SHA-256 of a token, as it is stored. */
export type Credential = { kind: 'none' } | { kind: 'admin' } | { kind: 'token'; hash: string }

/** Who is to act: what was shown, and the key of the name that was given; a token may leave the name out. */
export type Actor = { credential: Credential; userKey: string | undefined }
