import type { ProblemBody } from '../contract/index.ts'

/** The server's refusal, in its own words: an RFC 9457 problem. */
export class ParlourError extends Error {
  override readonly name = 'ParlourError'
  readonly status: number
  /** Such as `/problems/name-taken`. */
  readonly type: string
  readonly problem: ProblemBody | undefined
  /** When it is worth trying again, where the server has said so. */
  readonly retryAfterSeconds: number | undefined

  constructor(status: number, problem: ProblemBody | undefined, retryAfterSeconds?: number) {
    super(problem?.detail ?? `The server answered ${status}.`)
    this.status = status
    this.type = problem?.type ?? 'about:blank'
    this.problem = problem
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The error that an answer stands for. */
export const errorOf = async (response: Response): Promise<ParlourError> => {
  const body: Partial<ProblemBody> | undefined = await response.json().catch(() => undefined)
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN)
  // What is between here and the server answers in its own way.
  const problem = typeof body?.detail === 'string' ? (body as ProblemBody) : undefined
  return new ParlourError(response.status, problem, Number.isNaN(seconds) ? undefined : seconds)
}
