import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Env } from '../env'
import { routePattern } from '../http/log'
import { problemBody } from '../http/problem'

// Programs that post to Slack know its words: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors

/** The words by which Slack refuses a message, with their statuses. */
export const slackErrors = {
  invalid_payload: 400,
  no_text: 400,
  action_prohibited: 403,
  no_service: 404,
  channel_is_archived: 410,
} as const
export type SlackError = keyof typeof slackErrors

/** Answers with a word of Slack's. */
export const refuse = (c: Context<Env>, error: SlackError) => {
  // For the data points of `analytics`.
  c.set('problem', 'invalid-request')
  return c.text(error, slackErrors[error])
}

/** Tells whether the answers of a path are words: Slack's clients expect no problem there. */
export const answersInWords = (path: string): boolean => path.startsWith('/hook/')

/** Answers with the type of a problem as Slack would write it: `rate_limited`. */
export const answerInWords = (error: Error, c: Context<Env>): Response => {
  const request = { id: c.var.requestId, method: c.req.method, route: routePattern(c) }
  const { type, body, headers } = problemBody(error, request)
  c.set('problem', type)
  return c.text(type.replaceAll('-', '_'), body.status as ContentfulStatusCode, headers)
}
