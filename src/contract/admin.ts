import * as z from 'zod/mini'
import { numbersCursor } from './cursors.ts'
import { described } from './described.ts'
import { chatroomName, lengthBetween, next, time, wellFormed, wellFormedError } from './fields.ts'
import { isBlank } from './invisible.ts'
import { limit, listQuery } from './requests.ts'
import { admin, message, report } from './responses.ts'

// The requests of admins and moderators of the site about all rooms and all people.

const partOfName = lengthBetween(1, 64)
/** The query of a search by name. */
export const nameSearchQuery = z.extend(listQuery, {
  q: described(
    z.optional(
      z.string().check(
        z.trim(),
        z.refine(partOfName.check, partOfName),
        z.refine(wellFormed, wellFormedError),
        z.refine((part) => !isBlank(part), { error: 'must hold a character that can be seen' }),
      ),
    ),
    {
      description:
        'A part of the name. Letter case and look-alike letters do not matter. Without it, all are listed. A page may hold fewer than `limit`, or none, and still have a `next`.',
      examples: ['dan'],
    },
  ),
})

export const siteReportListQuery = z.object({
  limit,
  cursor: described(z.optional(numbersCursor(4)), {
    description: 'The end of the page before. Take it from `next`.',
  }),
  resolved: described(z._default(z.enum(['true', 'false']), 'false'), {
    description: 'With `true`, lists the reports that are resolved, the last resolved one first.',
  }),
})
export const saidListQuery = z.object({
  limit,
  cursor: described(z.optional(numbersCursor(3)), {
    description: 'The end of the page before. Take it from `next`.',
  }),
})

export const siteReport = described(
  z.extend(report, {
    chatroom: chatroomName,
    message: described(message, { description: 'The reported message as it stands now.' }),
  }),
  { id: 'SiteReport' },
)
export const siteReportList = described(z.object({ reports: z.array(siteReport), next }), {
  id: 'SiteReportList',
})
export const saidList = described(z.object({ messages: z.array(message), next }), { id: 'SaidList' })

const count = z.int().check(z.nonnegative())
export const siteUsage = described(
  z.object({
    writesToday: described(z.nullable(count), {
      description:
        'The rows that are written or reserved since midnight UTC; null if DAILY_WRITES is 0, because nothing counts them then.',
    }),
    dailyWrites: described(z.nullable(count), { description: 'The limit, DAILY_WRITES; null without one.' }),
    databaseBytes: described(count, { description: 'The size of the database.' }),
    databaseLimit: described(z.object({ free: count, paid: count }), {
      description: "The most bytes of a database on Cloudflare's free and paid plans.",
    }),
    listening: described(z.object({ rooms: count, people: count, more: z.boolean() }), {
      description:
        'The chatrooms that people listen to with a token, a login or a name, and those people. Readers without a name are not counted. With `more`, there are more than could be looked at.',
    }),
    sweep: described(
      z.object({
        ranAt: described(z.nullable(time), { description: 'When it last ran; null if it never has.' }),
        writesToday: described(count, { description: 'The rows that it has written since midnight UTC.' }),
        dailyWrites: described(z.nullable(count), {
          description: 'Its limit, SWEEP_WRITES; null without one.',
        }),
        left: described(
          z.object({
            deletedRooms: described(count, {
              description: 'Deleted chatrooms that are not removed yet, counted to 1,000.',
            }),
            entriesOfDeletedRooms: described(count, {
              description: 'The entries of the logs of the first 100 of them.',
            }),
            erasures: described(count, {
              description: 'People whose erasure still goes on, counted to 1,000.',
            }),
            roomsWithOldMessages: described(count, {
              description: 'Chatrooms whose log begins with messages that are too old, counted to 100.',
            }),
            expiredRows: described(count, {
              description:
                'Held messages, deleted users, bans and mutes, reports and entries of audit logs that have expired, each kind counted to 1,000.',
            }),
          }),
          { description: 'The rows that it has still to remove.' },
        ),
      }),
      { description: 'The sweep, which removes each hour what is deleted or has expired.' },
    ),
  }),
  { id: 'SiteUsage' },
)

export const siteOverview = described(
  z.extend(admin, {
    role: described(z.enum(['admin', 'moderator']), { description: 'The role of the caller.' }),
    reports: described(count, { description: 'The open reports of all chatrooms, counted to 100.' }),
    held: described(count, { description: 'The messages that wait for approval, counted to 100.' }),
    checklist: described(z.nullable(z.array(z.string())), {
      description:
        'Settings that suit a prototype, but no public site, a sentence each. Null for moderators.',
    }),
  }),
  { id: 'SiteOverview' },
)

export type SiteOverview = z.output<typeof siteOverview>
export type SiteUsage = z.output<typeof siteUsage>
export type SiteReport = z.output<typeof siteReport>
