import * as z from 'zod/mini'
import { described } from './described.ts'
import {
  actor,
  avatarUrl,
  chatroomName,
  decimal,
  digits,
  digitsOrZero,
  hasContent,
  idempotencyKey,
  messageTextOrNone,
  original,
  positive,
  reader,
  reason,
  title,
  userName,
} from './fields.ts'
import { fileRefs } from './files.ts'
import { DEFAULT_PAGE_SIZE, MAX_NAMES_ASKED, MAX_PAGE_SIZE } from './limits.ts'
import { givenRoles, sanctionKinds, userRoles } from './lists.ts'
import { banBody, sanctionBody } from './sanctions.ts'
import { blockedWords, orAsSite, ownOrSite, ownRetentionDays, settings, siteSettings } from './settings.ts'

/** Tells whether a request needs no body. */
export const mayBeLeftOut = (body: z.ZodMiniType): boolean => body.safeParse({}).success

const roomInPath = described(chatroomName, {
  description: 'The name of the chatroom. Letter case and look-alike letters do not matter.',
  examples: ['class-channel'],
})
const userInPath = described(userName, {
  description: 'The name of the user. Letter case and look-alike letters do not matter.',
  examples: ['danny'],
})

export const userParams = z.object({ id: described(digits, { description: 'The id of the user.' }) })
export const chatroomParams = z.object({ name: roomInPath })
export const memberParams = z.object({ name: roomInPath, userName: userInPath })
export const messageParams = z.object({
  name: roomInPath,
  seq: described(digits, { description: 'The number of the message in the chatroom.' }),
})

const notALimit = `must be a whole number from 1 to ${MAX_PAGE_SIZE}`
export const limit = described(
  z._default(
    decimal(
      /^[0-9]{1,3}$/,
      notALimit,
      z.int().check(z.minimum(1, { error: notALimit }), z.maximum(MAX_PAGE_SIZE, { error: notALimit })),
    ),
    DEFAULT_PAGE_SIZE,
  ),
  { description: 'How many to return at most.' },
)

export const listQuery = z.object({
  limit,
  cursor: described(z.optional(digits), {
    description: 'The end of the page before. Take it from `next`.',
  }),
})

export const userListQuery = z.extend(listQuery, {
  name: described(z.optional(userName), {
    description: 'Returns only the user of this name, in any spelling.',
  }),
})

export const chatroomListQuery = z.extend(listQuery, {
  name: described(
    z.optional(
      z.pipe(
        z.transform((given) => (Array.isArray(given) ? given : [given])),
        z
          .array(chatroomName)
          .check(z.maxLength(MAX_NAMES_ASKED, { error: `must be given at most ${MAX_NAMES_ASKED} times` })),
      ),
    ),
    {
      description:
        'Lists only the chatroom of this name, in any spelling, with its number of messages. Give it up to 100 times for several chatrooms, which come in this order. A name without a chatroom is left out, without a 404.',
      examples: [['class-channel']],
    },
  ),
})

const heldId = described(
  z.string().check(z.regex(/^[\w-]{1,64}$/, { error: 'must be the id of a held message' })),
  { description: 'The id of the held message.' },
)
export const heldParams = z.object({ name: roomInPath, id: heldId })
export const heldAuthorQuery = z.object({
  author: described(userName, { description: 'All held messages of this user in the chatroom.' }),
})

export const actorQuery = z.object({ userName: actor })
export const readerQuery = z.object(reader)
export const archiveQuery = z.extend(readerQuery, {
  page: described(z.optional(digits), {
    description: 'The number of the page, from the oldest. The newest page without it.',
  }),
})
export const memberListQuery = z.extend(listQuery, reader)

const isProtected = described(z.boolean(), { description: 'A protected name acts only with its token.' })

const turnstileToken = described(
  z
    .string()
    .check(
      z.minLength(1, { error: 'must be 1 to 2048 characters' }),
      z.maxLength(2048, { error: 'must be 1 to 2048 characters' }),
    ),
  { description: 'The token of a Turnstile widget. Needed if the instance has Turnstile turned on.' },
)

export const newUserBody = z.object({
  name: userName,
  protected: z.optional(isProtected),
  turnstileToken: z.optional(turnstileToken),
})
const newAvatar = described(z.nullable(avatarUrl), {
  description: 'The URL of a picture, at a host that the site allows (`AVATAR_HOSTS`). Null removes it.',
})
export const replacedUserBody = z.object({
  name: userName,
  protected: z.optional(isProtected),
  avatar: z.optional(newAvatar),
})

/** Refuses a body that changes nothing, and lists the fields that exist. */
const changesSomething = (fields: object) => {
  const names = Object.keys(fields)
  const error = `nothing to change: give ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
  return z.refine<object>((body) => Object.values(body).some((value) => value !== undefined), { error })
}

const userChanges = {
  name: z.optional(userName),
  protected: z.optional(isProtected),
  avatar: z.optional(newAvatar),
}
const patchedUser = {
  ...userChanges,
  role: described(z.optional(z.enum(userRoles)), {
    description:
      'The role on the whole site. Only an admin may change it. A user with a role is always protected: it acts only with its token.',
  }),
}
export const changedUserBody = z.object(patchedUser).check(changesSomething(patchedUser))
export const chatroomBody = z.object({
  name: chatroomName,
  title: z._default(z.nullable(title), null),
  owner: described(
    z.pipe(
      z.optional(z.nullable(z.string())),
      z.transform((owner) => (owner === null ? null : undefined)),
    ),
    {
      description:
        'Null: nobody owns the room. Without it, the user of the token or login does. A name changes nothing: nobody can make a room for somebody else.',
    },
  ),
})

const roomChanges = {
  ...settings,
  slowModeSeconds: orAsSite(settings.slowModeSeconds),
  newcomerLinkSeconds: orAsSite(settings.newcomerLinkSeconds),
  newcomerMentionSeconds: orAsSite(settings.newcomerMentionSeconds),
  newcomerReactionSeconds: orAsSite(settings.newcomerReactionSeconds),
  reactions: described(settings.reactions, { description: ownOrSite }),
  approval: described(z.nullable(settings.approval), { description: ownOrSite }),
  retentionDays: ownRetentionDays,
  blockedWords: described(z.nullable(blockedWords), {
    description: `In place of the site's words. An empty list: no words. ${ownOrSite}`,
  }),
  owner: described(z.nullable(userName), {
    description:
      'The new owner. Null gives the room back to the site; only an admin may do that, or give somebody a room of the site.',
  }),
}
export const settingsBody = z.partial(z.object(roomChanges)).check(changesSomething(roomChanges))

const siteChanges = {
  ...siteSettings,
  approval: described(z.nullable(siteSettings.approval), { description: 'Null: as the var APPROVAL says.' }),
}
export const siteSettingsBody = z.partial(z.object(siteChanges)).check(changesSomething(siteChanges))

export const memberBody = z
  .partial(
    z.object({
      role: described(z.enum(givenRoles), {
        description: 'The new role. A user who is not a member becomes one.',
      }),
      ban: described(z.nullable(banBody), { description: 'Null lifts it.' }),
      mute: described(z.nullable(sanctionBody), { description: 'Null lifts it.' }),
    }),
  )
  .check(
    z.refine((body) => Object.values(body).filter((value) => value !== undefined).length === 1, {
      error: 'give one of role, ban and mute',
    }),
  )

export const reportParams = z.object({
  name: roomInPath,
  id: described(digits, { description: 'The id of the report.' }),
})
export const reportBody = z.object({ userName: actor, reason })
export const resolveBody = z.object({ resolved: z.boolean() })

const authorOf = described(digits, {
  description:
    'The number of a message, in place of the name of its author, who may have been deleted since.',
})

const instant = z.iso.datetime({ error: 'must be a time in UTC, such as 2026-11-21T12:00:00Z' })
export const purgeQuery = z
  .object({
    author: described(z.optional(userName), { description: 'Deletes the messages of this user.' }),
    authorOf: z.optional(authorOf),
    from: described(z.optional(instant), {
      description: 'The earliest time of a message that is deleted. With authorOf, the first unless given.',
    }),
    upTo: described(z.optional(instant), {
      description: 'The latest time. With authorOf, now unless given.',
    }),
  })
  .check(
    z.refine(({ author, authorOf }) => (author === undefined) !== (authorOf === undefined), {
      error: 'give author, or authorOf with the number of a message',
    }),
    // A name is typed by hand: with it, a request that says too little deletes nothing.
    z.refine(({ author, from }) => author === undefined || from !== undefined, { path: ['from'] }),
    z.refine(({ author, upTo }) => author === undefined || upTo !== undefined, { path: ['upTo'] }),
  )

export const newSanctionBody = z
  .extend(banBody, {
    authorOf: described(positive, {
      description: 'The number of a message: its author is banned or muted, also after it was deleted.',
    }),
    kind: z.enum(sanctionKinds),
  })
  .check(
    z.refine(({ kind, deleteMessagesSeconds }) => kind === 'ban' || deleteMessagesSeconds === 0, {
      path: ['deleteMessagesSeconds'],
      error: 'can be given with a ban only',
    }),
  )

export const joinBody = z.object({ userName: actor })
export const messageBody = z.object({
  userName: actor,
  message: described(messageTextOrNone, {
    description: 'The new text. It may be empty if the message has files.',
  }),
})
export const newMessageBody = z
  .object({
    userName: actor,
    message: described(z._default(messageTextOrNone, ''), {
      description: 'The text. It may be left out if there are files.',
    }),
    replyTo: original,
    files: fileRefs,
  })
  .check(hasContent)

export const sendHeaders = z.object({
  'Idempotency-Key': described(z.optional(idempotencyKey), {
    description:
      'A text of your choice, such as a UUID. If the same sender repeats a request in the same chatroom with the same key, nothing is stored and the first answer is returned.',
  }),
  'Parlour-After': described(z.optional(digitsOrZero), {
    description:
      "The number of the log's last entry that you had seen when you first tried to send the message. Repeat it with each try. With it, a message with a key costs one row less.",
  }),
})

export type NewUserBody = z.input<typeof newUserBody>
export type JoinBody = z.input<typeof joinBody>
export type MessageBody = z.input<typeof messageBody>
export type NewMessageBody = z.input<typeof newMessageBody>
export type ReportBody = z.input<typeof reportBody>
