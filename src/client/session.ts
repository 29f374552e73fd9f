import type { NewUser, NewUserBody, User } from '../contract/index.ts'
import { errorOf, jsonOf, ParlourError, refusal } from './error.ts'
import { type Credential, type Identity, IdentityStore, personOf } from './identity.ts'
import { lazily } from './lazy.ts'
import { Login } from './login.ts'
import type { SignIn } from './types.ts'

/** Loads the part for names that exist already, which most visits don't need. */
const loadNames = lazily(() => import('./names.ts'))

export type Query = Record<string, string | number | undefined>

export type RequestOptions = {
  method?: string
  query?: Query
  body?: unknown
  headers?: Query
  signal?: AbortSignal
  /** Lets the browser finish the request after the page is closed. */
  keepalive?: boolean
  /** Names who acts, as `userName`, where no token does. */
  isNamed?: boolean
  /** Sends the request in place of `fetch`. */
  send?: (url: URL, init: RequestInit) => Promise<Response>
  /** Acts as this identity, or as nobody, instead of the one who is signed in. */
  as?: Identity | null
}

/** Returns the names and values of those that are set. */
const setValues = (values: Query): [string, string][] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, `${value}`]]))

/** Sends every request as the one who is signed in. */
export class Session {
  declare readonly url: string
  declare readonly identity: IdentityStore
  /** Sent after a write, so that reads see it: https://developers.cloudflare.com/d1/best-practices/read-replication/ */
  declare bookmark: string | undefined

  constructor(url: string) {
    this.url = url.replace(/\/+$/, '')
    this.identity = new IdentityStore(this.url)
  }

  get hasToken(): boolean {
    const { current } = this.identity
    return !!(current?.token ?? current?.login)
  }

  async signIn(how: SignIn): Promise<User | NewUser> {
    const credential = 'login' in how ? { login: new Login(how.login) } : 'token' in how ? how : undefined
    const user = await this.#userBy(how, credential)
    this.identity.set({ ...personOf(user), token: (user as Partial<NewUser>).token, ...credential })
    return user
  }

  async #userBy(how: SignIn, credential: Credential | undefined): Promise<User | NewUser> {
    if ('existing' in how) return (await loadNames()).openUser(this, how.name, refusal)
    if ('name' in how) return this.request('POST', '/api/users', how satisfies NewUserBody, { as: null })
    return this.request('GET', '/api/users/me', undefined, { as: { userName: '', ...credential } })
  }

  signOut(): void {
    this.identity.set()
  }

  async change(changes: { name: string } | { avatar: string | null }): Promise<User> {
    return (await loadNames()).change(this, changes)
  }

  /**
   * Sends a request to a path of the server, or to the URL of a next page as the server gave it. Throws a `ParlourError` for
   * a refusal, and another error where no Parlour server has answered.
   */
  fetch(path: string, options: RequestOptions = {}): Promise<Response> {
    const { as = this.identity.current } = options
    return this.#fetchAs(as, path, options)
  }

  async #fetchAs(
    identity: Identity | null | undefined,
    path: string,
    options: RequestOptions,
    isSecondTry = false,
  ): Promise<Response> {
    const jwt = identity?.login?.token()
    const token = (await jwt) ?? identity?.token
    try {
      return await this.#send(path, options, identity?.userName, token)
    } catch (error) {
      if (!identity || options.as !== undefined || !(error instanceof ParlourError)) throw error
      if (identity.login && error.status === 401 && !isSecondTry) {
        identity.login.refuse(jwt)
        return this.#fetchAs(identity, path, options, true)
      }
      // The refusals that may be about the user who acts: renamed, or not able to act any more.
      const isAboutUser = token === undefined ? /(token-required|user-not-found)$/ : /invalid-token$/
      if (!isAboutUser.test(error.type)) throw error
      if (token === undefined) {
        // Not the one who acts now: somebody else may have signed in meanwhile.
        const renamed = await (await loadNames()).renamed(this, identity, error)
        if (renamed) return this.#fetchAs(renamed, path, options)
      }
      this.identity.drop(identity, error)
      // Reads as nobody: many rooms may be read by anybody.
      if ((options.method ?? 'GET') !== 'GET') throw error
      return this.#fetchAs(undefined, path, options)
    }
  }

  /** Returns the URL of a path of the server, or that of a next page, with a query. */
  urlOf(path: string, query: Query): URL {
    if (!/^https?:/.test(this.url) || !URL.canParse(this.url))
      throw refusal(400, 'invalid-server-url', `"${this.url}" is not a server URL.`)
    const url = new URL(path.startsWith('/') ? this.url + path : path)
    for (const [name, value] of setValues(query)) url.searchParams.set(name, value)
    return url
  }

  async #send(
    path: string,
    { query = {}, body, headers, isNamed, as, send = fetch, ...init }: RequestOptions,
    userName: string | undefined,
    token: string | undefined,
  ): Promise<Response> {
    const name = { userName: isNamed && token === undefined ? userName : undefined }
    const url = this.urlOf(path, { ...query, ...(!body && name) })
    const response = await send(url, {
      ...init,
      headers: setValues({
        // Another origin's server is not told the token.
        Authorization: token && url.origin === new URL(this.url).origin ? `Bearer ${token}` : undefined,
        'x-d1-bookmark': this.bookmark,
        'Content-Type': body ? 'application/json' : undefined,
        ...headers,
      }),
      body: body ? JSON.stringify(isNamed ? { ...body, ...name } : body) : null,
    })
    if (!response.ok) throw await errorOf(response)
    // Not after reads: with one more header the browser asks for permission first, for each URL anew.
    if ((init.method ?? 'GET') !== 'GET')
      this.bookmark = response.headers.get('x-d1-bookmark') ?? this.bookmark
    return response
  }

  async request<T>(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<T> {
    return jsonOf<T>(await this.fetch(path, { ...options, method, body }))
  }
}
