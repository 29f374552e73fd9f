import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ProblemBody } from '../contract'
import { isUnavailable } from '../db/client'
import { errorText, log, routePattern } from './log'
import { type ProblemType, problemTypes } from './problem-types'

export type FieldError = { path: string; message: string }

/** The error that routes and middleware throw. `detail` is for the person who sent the request. */
export class Problem extends Error {
  readonly type: ProblemType
  readonly errors: FieldError[] | undefined
  readonly headers: Record<string, string>

  constructor(
    type: ProblemType,
    detail: string,
    {
      errors,
      headers = {},
      cause,
    }: { errors?: FieldError[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause })
    this.type = type
    this.errors = errors
    this.headers = headers
  }
}

/** An error of the domain, which says what problem it is on the wire. */
export abstract class DomainError extends Error {
  abstract toProblem(): Problem
}

const fromError = (error: Error): Problem => {
  if (error instanceof Problem) return error
  if (error instanceof DomainError) return error.toProblem()
  if (isUnavailable(error)) {
    return new Problem(
      'unavailable',
      'The database did not answer. Try again. The write may have been stored.',
      {
        headers: { 'Retry-After': '1' },
      },
    )
  }
  return new Problem(
    'internal-error',
    'Something went wrong on the server. The log has the cause under the id in `instance`.',
  )
}

type Request = { id: string; method: string; route: string }

/** Returns the problem that an error is to the caller. Logs the error if the caller did not cause it. */
export const problemBody = (
  error: Error,
  request: Request,
): { type: ProblemType; body: ProblemBody; headers: Problem['headers'] } => {
  const { type, message: detail, errors, headers } = fromError(error)
  const { status, title } = problemTypes[type]
  // The daily limit is logged once, when it is reached: a flood of requests must not become a flood in the log.
  if (status >= 500 && type !== 'daily-limit') {
    const { id, method, route } = request
    const reason = error instanceof Problem ? (error.cause ?? error) : error
    log('error', 'problem', id, { method, route, problem: type, error: errorText(reason) })
  }
  const instance = `urn:uuid:${request.id}`
  return {
    type,
    body: { type: `/problems/${type}`, title, status, detail, instance, ...(errors && { errors }) },
    headers,
  }
}

/** Answers with a problem (RFC 9457). */
export const answerProblem = (error: Error, c: Context): Response => {
  const request = { id: c.get('requestId'), method: c.req.method, route: routePattern(c) }
  const { type, body, headers } = problemBody(error, request)
  c.set('problem', type)
  return c.body(JSON.stringify(body), body.status as ContentfulStatusCode, {
    'Content-Type': 'application/problem+json',
    ...headers,
  })
}
