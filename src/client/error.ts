import type { ProblemBody } from '../contract/index.ts'
import { fieldsOf, parseJson } from './json.ts'

/** The server has refused a request: an RFC 9457 problem. */
export class ParlourError extends Error {
  override readonly name = 'ParlourError'
  // With `declare`, the bundle doesn't have the fields a second time beside the constructor.
  declare readonly status: number
  /** Such as `/problems/name-taken`. A server that is mounted under a path puts that path before. */
  declare readonly type: string
  declare readonly problem: ProblemBody | undefined
  /** Set where the server says when it is worth trying again. */
  declare readonly retryAfterSeconds: number | undefined

  constructor(status: number, problem: ProblemBody | undefined, retryAfterSeconds?: number) {
    super(problem?.detail ?? `The server answered ${status}.`)
    this.status = status
    this.type = problem?.type ?? 'about:blank'
    this.problem = problem
    this.retryAfterSeconds = retryAfterSeconds
  }
}

const isProblem = (body: unknown): body is ProblemBody => typeof fieldsOf(body).detail === 'string'

/** Returns a refusal that the client itself makes, in the server's form. `name` is the end of its type, such as `user-not-found`. */
export const refusal = (status: number, name: string, detail: string): ParlourError =>
  new ParlourError(status, { type: `/problems/${name}`, title: detail, status, detail, instance: '' })

/** Tells whether an error says that a request may succeed later: the server gave no answer, or one that says "not now". */
export const isTemporary = (error: unknown): boolean =>
  !(error instanceof ParlourError) || error.status === 429 || error.status >= 500

/** Returns the error of an answer that is not a Parlour server's: the URL is wrong, or something in between has answered. */
export const notParlour = (url: string): Error =>
  new Error(`${new URL(url).origin} does not answer as a Parlour server. Check the URL.`)

/** Reads the JSON object of an answer. Throws where it is none. */
export const jsonOf = async <T>(response: Response): Promise<T> => {
  const json = parseJson(await response.text())
  if (Object(json) !== json) throw notParlour(response.url)
  return json as T
}

/** Returns the error that an answer stands for. */
export const errorOf = async (response: Response): Promise<Error> => {
  const { status, headers, url } = response
  const body = parseJson(await response.text())
  const error = new ParlourError(
    status,
    isProblem(body) ? body : undefined,
    Number(headers.get('Retry-After')) || undefined,
  )
  // A proxy that says that the server is away answers in its own form.
  return body === undefined && !isTemporary(error) ? notParlour(url) : error
}
