import type { ExtractSchema } from 'hono/types'
import type * as z from 'zod/mini'
import type { ProblemType } from '../http/problem-types.ts'

/** What the OpenAPI document says of one route; `Answer` is the type that the route's handler answers with. */
export type Operation<Answer = unknown> = {
  id: string
  tag: 'users' | 'chatrooms' | 'members' | 'messages' | 'moderation' | 'live' | 'service'
  summary: string
  params?: z.ZodMiniObject
  query?: z.ZodMiniObject
  headers?: z.ZodMiniObject
  body?: z.ZodMiniObject
  status: 200 | 201
  /** What it answers with; none for what is not described by a schema. */
  answer?: z.ZodMiniType<Answer>
  answerType?: string
  /** Headers of the answer beside those that every answer has. */
  answerHeaders?: readonly AnswerHeader[]
  /** What can go wrong beside what can go wrong everywhere. */
  problems?: readonly ProblemType[]
  /** Whether a token may be sent. */
  bearer?: true
  /** Whether the route never asks the database. */
  offline?: true
}

export type AnswerHeader = 'Location' | 'Link' | 'ETag' | 'Idempotent-Replayed'

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

/** A row for each route of `App`, with the answer that its handler gives: otherwise it does not compile. */
export type OperationsOf<App> = {
  [Key in Endpoint<ExtractSchema<App>>]: Operation<Answer<ExtractSchema<App>, Key>>
}

/** What can go wrong with who acts. */
export const actorProblems = ['invalid-token', 'token-required', 'not-you', 'user-not-found'] as const

/** The same where a login brings its user along, whose name may be taken. */
export const speakerProblems = [...actorProblems, 'name-taken'] as const
export const loginProblems = ['invalid-token', 'token-required', 'name-taken'] as const

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
  ...speakerProblems,
  'chatroom-not-found',
  'banned',
  'muted',
  'archived',
  'members-only',
  'blocked-word',
  'link-too-soon',
] as const
