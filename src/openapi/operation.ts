import type { ExtractSchema } from 'hono/types'
import type * as z from 'zod/mini'
import type { ProblemType } from '../http/problem-types.ts'

/** One route in the OpenAPI document. `Answer` is the type that the route's handler answers with. */
export type Operation<Answer = unknown> = {
  id: string
  tag: Tag
  summary: string
  description: string
  params?: z.ZodMiniObject
  query?: z.ZodMiniObject
  headers?: z.ZodMiniObject
  body?: z.ZodMiniObject
  /** The type of a body that is no JSON object. */
  bodyType?: string
  /** The body is the bytes of a file. */
  takesBytes?: true
  /** The types by which a body of JSON may be called, if not only `application/json`. Then another type is not refused. */
  bodyTypes?: readonly string[]
  /** An example of the body that is harmless to send: tools prefill it. */
  example?: Readonly<Record<string, unknown>>
  status: 200 | 201
  /** The schema of the answer; none for an answer that is no JSON of ours. */
  answer?: z.ZodMiniType<Answer>
  answerType?: string
  /** A `Range` header is answered with a part, with the status 206. */
  hasParts?: true
  /** The schema of an answer with the status 202. */
  accepted?: z.ZodMiniType<Answer>
  /** Headers of the answer, beside those of every answer. */
  answerHeaders?: readonly AnswerHeader[]
  /** Problems of the route, beside those of every route. */
  problems?: readonly ProblemType[]
  /** The words that answer, as plain text and by their status, in place of problems. */
  words?: Readonly<Record<number, readonly string[]>>
  /** A token may be sent. */
  bearer?: true
  /** The route does not use the database. */
  offline?: true
}

export type Tag =
  | 'users'
  | 'chatrooms'
  | 'members'
  | 'messages'
  | 'files'
  | 'moderation'
  | 'live'
  | 'data'
  | 'site'
  | 'service'

export type AnswerHeader = 'Location' | 'Link' | 'ETag' | 'Idempotent-Replayed' | 'Parlour-Seq'

type Endpoint<Schema> = {
  [Path in keyof Schema & string]: keyof Schema[Path] extends `$${infer Method}`
    ? `${Uppercase<Method>} ${Path}`
    : never
}[keyof Schema & string]

type Answer<Schema, Key> = Key extends `${infer Method} ${infer Path}`
  ? Path extends keyof Schema
    ? Schema[Path] extends Record<`$${Lowercase<Method>}`, { output: infer Output }>
      ? Output
      : never
    : never
  : never

/** A row for each route of `App`, with the type of its handler's answer. */
export type OperationsOf<App> = {
  [Key in Endpoint<ExtractSchema<App>>]: Operation<Answer<ExtractSchema<App>, Key>>
}

/** Problems of routes on which a user acts. */
export const actorProblems = ['invalid-token', 'token-required', 'not-you', 'user-not-found'] as const

export const loginProblems = ['invalid-token', 'token-required'] as const

export const authorityProblems = [
  'invalid-token',
  'token-required',
  'chatroom-not-found',
  'banned',
  'members-only',
  'not-allowed',
] as const
export const readerProblems = [
  'invalid-token',
  'token-required',
  'not-you',
  'user-not-found',
  'chatroom-not-found',
  'banned',
  'members-only',
] as const
export const posterProblems = [
  ...actorProblems,
  'chatroom-not-found',
  'banned',
  'muted',
  'archived',
  'members-only',
  'blocked-word',
  'link-too-soon',
  'mention-too-soon',
] as const
