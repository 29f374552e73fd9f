import * as z from 'zod/mini'
import { described } from './described.ts'
import { emoji } from './emoji.ts'
import { between, title, userName } from './fields.ts'
import { MAX_ALLOWED_REACTIONS } from './limits.ts'
import { approvals, audiences } from './lists.ts'

const topic = described(title, { examples: ['Homework, and what is for lunch'] })
const audience = z.enum(audiences)
const slowModeSeconds = described(between(0, 21_600), {
  description: 'How long a member waits between two messages; 0: not at all.',
})
const newcomerLinkSeconds = described(between(0, 31_536_000), {
  description: 'How long links of a new member are refused.',
})
const newcomerMentionSeconds = described(between(0, 31_536_000), {
  description: 'How long messages of a new member that mention a member are refused.',
})
const newcomerReactionSeconds = described(between(0, 31_536_000), {
  description: 'How long reactions of a new member are refused.',
})
const allowedReactions = described(
  z.nullable(
    z
      .array(emoji)
      .check(z.maxLength(MAX_ALLOWED_REACTIONS, { error: `must be ${MAX_ALLOWED_REACTIONS} emoji at most` })),
  ),
  { description: 'The emoji that messages may be given; null: any emoji.', examples: [null] },
)
const approval = described(z.enum(approvals), {
  description:
    'The authors whose messages wait for approval: none, newcomers (all who have had no message approved, and all open names), or all. Never the owner, moderators and admins.',
})

export const ownOrSite = 'Null: as the site says.'
/** Returns the schema of a wait that a room may have of its own. */
export const orAsSite = (seconds: typeof slowModeSeconds) =>
  described(z.nullable(seconds), { description: ownOrSite })

/** The most days after which messages may be removed. */
const MAX_RETENTION_DAYS = 3650
const retentionDays = described(between(0, MAX_RETENTION_DAYS), {
  description: 'Messages are removed after so many days; 0: they are kept.',
})
/** The days as a room sets them. */
export const ownRetentionDays = described(
  z.nullable(between(1, MAX_RETENTION_DAYS, ', or null for as long as the site keeps messages')),
  {
    description: 'No more than the RETENTION_DAYS of the site. Null: as the site says.',
  },
)

/** The settings of a room that everybody sees. Each is a column of `rooms` of the same name. */
export const settings = {
  title: z.nullable(title),
  topic: z.nullable(topic),
  readers: described(audience, { description: 'Who may read.' }),
  posters: described(audience, { description: 'Who may post.' }),
  slowModeSeconds,
  archived: described(z.boolean(), { description: 'Read only.' }),
  newcomerLinkSeconds,
  newcomerMentionSeconds,
  newcomerReactionSeconds,
  reactions: allowedReactions,
  approval,
  retentionDays,
}
type Setting = keyof typeof settings
export type RoomSettings = { [Name in Setting]: z.output<(typeof settings)[Name]> }
export const settingNames = Object.keys(settings) as Setting[]

const blockedWord = described(
  userName.check(z.refine((word) => /[\p{L}\p{N}]/u.test(word), { error: 'must hold a letter or a digit' })),
  { description: 'A word, or several that follow on each other.', examples: ['casino'] },
)
export const blockedWords = described(
  z.array(blockedWord).check(z.maxLength(200, { error: 'must be 200 words at most' })),
  { description: 'Words that are refused in messages, in any case and spelling by look-alikes.' },
)

/** The settings of the site that are the defaults of rooms, as answers have them. */
export const siteSettings = {
  slowModeSeconds,
  newcomerLinkSeconds,
  newcomerMentionSeconds,
  newcomerReactionSeconds,
  blockedWords,
  reactions: allowedReactions,
  approval,
}
