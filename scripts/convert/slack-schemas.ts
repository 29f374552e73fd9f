import * as z from 'zod/mini'
import { maybe } from './files.ts'

// The parts of Slack's export that are read. https://slack.com/help/articles/220556107

const profile = z.object({
  display_name: maybe(z.string()),
  real_name: maybe(z.string()),
  image_192: maybe(z.string()),
})

export const users = z.array(
  z.object({
    id: z.string(),
    name: maybe(z.string()),
    real_name: maybe(z.string()),
    profile: maybe(profile),
  }),
)

export const channels = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    created: maybe(z.number()),
    is_archived: maybe(z.boolean()),
    members: maybe(z.array(z.string())),
    topic: maybe(z.object({ value: maybe(z.string()) })),
    purpose: maybe(z.object({ value: maybe(z.string()) })),
    pins: maybe(z.array(z.object({ id: z.string(), type: maybe(z.string()) }))),
  }),
)

/** Channels and conversations that are not public. */
export const conversations = z.array(z.object({ id: z.string() }))

const attachment = z.object({
  fallback: maybe(z.string()),
  pretext: maybe(z.string()),
  title: maybe(z.string()),
  title_link: maybe(z.string()),
  text: maybe(z.string()),
  fields: maybe(z.array(z.object({ title: maybe(z.string()), value: maybe(z.string()) }))),
  /** The page of a preview that Slack made. */
  from_url: maybe(z.string()),
})

const timestamp = z
  .string()
  .check(z.regex(/^\d{1,12}(\.\d+)?$/, { error: 'must be a time such as 1700000000.000100' }))

export const message = z.object({
  type: maybe(z.string()),
  subtype: maybe(z.string()),
  hidden: maybe(z.boolean()),
  ts: timestamp,
  user: maybe(z.string()),
  username: maybe(z.string()),
  bot_id: maybe(z.string()),
  bot_profile: maybe(z.object({ name: maybe(z.string()) })),
  user_profile: maybe(z.extend(profile, { name: maybe(z.string()) })),
  text: maybe(z.string()),
  // The author of a comment on a file, before 2018.
  comment: maybe(z.object({ user: maybe(z.string()) })),
  thread_ts: maybe(timestamp),
  edited: maybe(z.object({ ts: timestamp })),
  reactions: maybe(
    z.array(z.object({ name: z.string(), users: maybe(z.array(z.string())), count: maybe(z.number()) })),
  ),
  files: maybe(
    z.array(
      z.object({
        name: maybe(z.string()),
        title: maybe(z.string()),
        size: maybe(z.number()),
        mode: maybe(z.string()),
      }),
    ),
  ),
  // Before 2018, a message had at most one file.
  file: maybe(z.object({ name: maybe(z.string()), title: maybe(z.string()), size: maybe(z.number()) })),
  attachments: maybe(z.array(attachment)),
  /** Blocks hold other blocks: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
  blocks: maybe(z.array(z.unknown())),
})
export const messages = z.array(message)

export type SlackMessage = z.output<typeof message>
