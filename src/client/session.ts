import type { NewUser, NewUserBody, User } from '../contract/index.ts'
import { errorOf, ParlourError } from './error.ts'
import { openStorage } from './storage.ts'
import type { SignIn } from './types.ts'

export type Identity = { userName: string; token?: string }

type Init = {
  method?: string
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal
  /** Leaves out who acts. */
  isNobody?: boolean
}

/** Who acts from this page, and every request as who that is. */
export class Session {
  readonly url: string
  readonly #memory = openStorage('localStorage')
  readonly #key: string
  readonly #watchers = new Set<() => void>()
  /** Of a site's own login, which isn't kept: the site says it again on its next page. */
  #login: (() => string | Promise<string>) | undefined
  #jwt: string | undefined
  #loginName: string | undefined
  /** After a write of ours, what we read is to have seen it: https://developers.cloudflare.com/d1/best-practices/read-replication/ */
  #bookmark: string | undefined

  constructor(url: string) {
    this.url = url.replace(/\/+$/, '')
    this.#key = `parlour ${this.url}`
    // Another tab has signed in or out.
    globalThis.addEventListener?.('storage', ({ key }) => {
      if (key === this.#key) this.#changed()
    })
  }

  get #identity(): Identity | undefined {
    return this.#memory.get(this.#key)
  }

  get userName(): string | undefined {
    return this.#login ? this.#loginName : this.#identity?.userName
  }

  /** Whether requests carry proof of who acts, so that nothing in them need say it. */
  get hasToken(): boolean {
    return this.#login !== undefined || this.#identity?.token !== undefined
  }

  /** Who acts, for a request whose credential doesn't say so. */
  get named(): { userName?: string } {
    const { userName, hasToken } = this
    return userName === undefined || hasToken ? {} : { userName }
  }

  /** Calls back when somebody else acts from now on; gives what ends that. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  #changed(): void {
    for (const changed of this.#watchers) changed()
  }

  /** From now on this is who acts, and on the next page too. */
  become(identity: Identity | undefined): void {
    this.#login = undefined
    this.#jwt = undefined
    this.#memory.set(this.#key, identity)
    this.#changed()
  }

  async signIn(how: SignIn): Promise<User | NewUser> {
    if ('login' in how) {
      const jwt = await how.login()
      const headers = { Authorization: `Bearer ${jwt}` }
      const user = await this.request<User>('GET', '/api/users/me', undefined, { headers, isNobody: true })
      this.#login = how.login
      this.#loginName = user.name
      this.#jwt = jwt
      this.#changed()
      return user
    }
    if ('token' in how) {
      const headers = { Authorization: `Bearer ${how.token}` }
      const user = await this.request<User>('GET', '/api/users/me', undefined, { headers, isNobody: true })
      this.become({ userName: user.name, token: how.token })
      return user
    }
    if ('existing' in how) {
      const query = new URLSearchParams({ name: how.name })
      const { users } = await this.request<{ users: User[] }>('GET', `/api/users?${query}`, undefined, {
        isNobody: true,
      })
      const [user] = users
      if (!user) throw new Error(`There is no user named "${how.name}".`)
      if (user.protected) throw new Error(`The name "${user.name}" is protected: it takes its token.`)
      this.become({ userName: user.name })
      return user
    }
    const user = await this.request<NewUser>('POST', '/api/users', how satisfies NewUserBody, {
      isNobody: true,
    })
    this.become({ userName: user.name, token: user.token })
    return user
  }

  signOut(): void {
    this.become(undefined)
  }

  /** What a request carries to say who acts. */
  async authorization(): Promise<Record<string, string>> {
    if (this.#login) this.#jwt ??= await this.#login()
    const token = this.#login ? this.#jwt : this.#identity?.token
    return token === undefined ? {} : { Authorization: `Bearer ${token}` }
  }

  /**
   * A request, answered well; throws a `ParlourError` otherwise, and what `fetch` throws where there is no answer. When
   * the site's login has ended, it is asked for another, once.
   */
  async fetch(path: string, init: Init = {}, isFirst = true): Promise<Response> {
    const headers: Record<string, string> = {
      ...(!init.isNobody && (await this.authorization())),
      ...(this.#bookmark !== undefined && { 'x-d1-bookmark': this.#bookmark }),
      ...init.headers,
    }
    const jwt = this.#jwt
    // `next` of a page is an absolute URL.
    const url = path.startsWith('/') ? this.url + path : path
    const response = await fetch(url, { ...init, headers })
    if (response.ok) {
      // Not after reading: for a header more, browsers ask first, and for each page of history anew.
      if (init.method && init.method !== 'GET')
        this.#bookmark = response.headers.get('x-d1-bookmark') ?? this.#bookmark
      return response
    }
    const error = await errorOf(response)
    if (error.status !== 401 || jwt === undefined || !isFirst) throw error
    if (this.#jwt === jwt) this.#jwt = undefined
    return this.fetch(path, init, false)
  }

  async request<T>(
    method: string,
    path: string,
    body?: unknown,
    { headers, ...init }: Init = {},
  ): Promise<T> {
    const response = await this.fetch(path, {
      ...init,
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return response.json()
  }
}

/** Whether trying again by itself may help: there was no answer, or one that says "not now". */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof ParlourError) || error.status === 429 || error.status >= 500
