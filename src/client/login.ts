/** A site's own login: gives JWTs. All requests share one, and one call for the next when it has ended. */
export class Login {
  readonly #ask: () => string | Promise<string>
  #jwt: Promise<string> | undefined
  #current: string | undefined

  constructor(ask: () => string | Promise<string>) {
    this.#ask = ask
  }

  token(): Promise<string> {
    this.#jwt ??= Promise.resolve()
      .then(this.#ask)
      .then(
        (jwt) => {
          this.#current = jwt
          return jwt
        },
        (error) => {
          this.#jwt = undefined
          throw error
        },
      )
    return this.#jwt
  }

  /** Forgets a JWT that the server has refused, so that the next request asks for another. */
  refuse(jwt: string | undefined): void {
    if (jwt !== this.#current) return
    this.#current = undefined
    this.#jwt = undefined
  }
}
