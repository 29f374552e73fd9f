import * as z from 'zod/mini'
import { described } from './described.ts'
import { chatroomName, next, positive, userName } from './fields.ts'
import { placeCursor } from './reading.ts'
import { listQuery } from './requests.ts'
import { auditEntry } from './responses.ts'

// The audit log of all rooms and of the site.

export const siteAuditQuery = z
  .extend(listQuery, {
    cursor: described(z.optional(placeCursor), {
      description: 'The end of the page before. Take it from `next`.',
    }),
    chatroom: described(z.optional(chatroomName), {
      description: 'Lists only the actions in this chatroom, in any spelling.',
    }),
    by: described(z.optional(userName), {
      description: 'Lists only the actions of this user, in any spelling.',
    }),
  })
  .check(
    z.refine(({ chatroom, by }) => chatroom === undefined || by === undefined, {
      path: ['by'],
      error: "can't be combined with chatroom",
    }),
  )

const siteAuditEntry = described(
  z.extend(auditEntry, {
    id: described(positive, { description: 'The number in the log of the chatroom, or of the site.' }),
    chatroom: described(z.nullable(chatroomName), {
      description: 'Null: an action on the whole site, or in a chatroom that has been deleted.',
    }),
  }),
  { id: 'SiteAuditEntry' },
)
export const siteAuditList = described(
  z.object({ entries: described(z.array(siteAuditEntry), { description: 'Newest first.' }), next }),
  { id: 'SiteAuditList' },
)

export type SiteAuditList = z.output<typeof siteAuditList>
