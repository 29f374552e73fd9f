/** A site's own login: gives JWTs. All requests share one, and one call for the next when it has ended. */
export class Login {
  readonly #ask: () => string | Promise<string>
  #jwt: Promise<string> | undefined

  constructor(ask: () => string | Promise<string>) {
    this.#ask = ask
  }

  token(): Promise<string> {
    const jwt = this.#jwt ?? Promise.resolve().then(this.#ask)
    this.#jwt = jwt
    jwt.catch(() => this.refuse(jwt))
    return jwt
  }

  /** Forgets a JWT that the server has refused, so that the next request asks for another. */
  refuse(jwt: Promise<string> | undefined): void {
    if (jwt === this.#jwt) this.#jwt = undefined
  }
}
