import type { MemberState, NewUser, SiteBan } from '../../src/contract'
import { call, fresh, type Options, ok } from './api'
import { roomFixture } from './fixtures'
import { from } from './limits'
import { asAdmin } from './site'

/** The setting with which bans hold for networks too. */
export const networkBans = { BAN_NETWORK_HOURS: 24 }

let last = 0
/** Returns an address that no other test uses. */
export const freshAddress = (): string => `198.51.${100 + Math.floor(++last / 250)}.${last % 250}`

/** Returns the options of a request that comes from an address, where bans hold for networks too. */
export const comingFrom = (address: string, options: Options = {}): Options => ({
  ...options,
  env: { ...networkBans, ...options.env },
  headers: { ...options.headers, ...from(address) },
})

/** Creates a user from an address. */
export const newUserFrom = (address: string, name = fresh('user')): Promise<NewUser> =>
  ok('POST', '/api/users', comingFrom(address, { body: { name } }))

export const asAdminHere: Options = { ...asAdmin, env: { ...asAdmin.env, ...networkBans } }

/** Creates a room and a spammer who has written in it, and users who are older than every ban. */
export const spammed = async (address = freshAddress()) => {
  const fixture = await roomFixture()
  const spammer = await newUserFrom(address)
  await ok(
    'POST',
    `${fixture.room}/message`,
    comingFrom(address, { body: { userName: spammer.name, message: 'spam' } }),
  )
  return { ...fixture, spammer, address }
}
export type Spammed = Awaited<ReturnType<typeof spammed>>

/** Bans the spammer from its room, as a moderator. */
export const ban = ({ room, spammer, moderator }: Spammed, terms: object = {}): Promise<MemberState> =>
  ok('PATCH', `${room}/member/${spammer.name}`, {
    env: networkBans,
    token: moderator.token,
    body: { ban: terms },
  })
export const lift = ({ room, spammer, moderator }: Spammed): Promise<MemberState> =>
  ok('PATCH', `${room}/member/${spammer.name}`, {
    env: networkBans,
    token: moderator.token,
    body: { ban: null },
  })
export const banOnSite = ({ spammer: { id } }: Spammed, terms: object = {}): Promise<SiteBan> =>
  ok('PUT', `/api/users/${id}/ban`, { ...asAdminHere, body: terms })

/** Returns the status of a message that a user sends from an address, by its name or its token. */
export const sendStatus = async (room: string, address: string, by: Partial<NewUser>): Promise<number> => {
  const body = { ...(by.token ? {} : { userName: by.name }), message: 'hello' }
  const options = by.token ? { token: by.token, body } : { body }
  return (await call('POST', `${room}/message`, comingFrom(address, options))).status
}
/** Returns a user as one without its token. */
export const nameOnly = ({ name }: { name: string }) => ({ name })
