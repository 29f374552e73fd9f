import * as z from 'zod/mini'
import { described } from './described.ts'
import { id, next } from './fields.ts'
import { sanction } from './responses.ts'

// Bans from the whole site.

export const siteBan = described(z.extend(sanction, { userId: id }), { id: 'SiteBan' })
export const siteBanList = described(z.object({ bans: z.array(siteBan), next }), { id: 'SiteBanList' })
export const liftedBan = described(z.object({ id, lifted: z.literal(true) }), { id: 'LiftedBan' })

export type SiteBan = z.output<typeof siteBan>
