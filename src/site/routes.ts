import { type Context, Hono } from 'hono'
import type { Credential } from '../auth/actor'
import { credentialOf } from '../auth/credential'
import { Refused } from '../auth/refusals'
import { type Admin, siteSettingsBody } from '../contract'
import type { Bindings, Env } from '../env'
import { valid } from '../http/validate'
import { storedWords, wordsIn } from '../moderation/blocked-words'
import { defaultApproval } from '../rooms/policy'
import { changeSettings, type SettingsRow } from './store'

/** Returns the settings of the site. Those that nobody has set are as the vars say. */
export const settingsView = (env: Bindings, row: SettingsRow): Admin => ({
  settings: {
    slowModeSeconds: row.slowModeSeconds,
    newcomerLinkSeconds: row.newcomerLinkSeconds,
    newcomerMentionSeconds: row.newcomerMentionSeconds,
    newcomerReactionSeconds: row.newcomerReactionSeconds,
    blockedWords: wordsIn(row.blockedWords).map(({ word }) => word),
    reactions: row.reactions,
    approval: row.approval ?? defaultApproval(env),
  },
})

const callerOf = async (c: Context<Env>): Promise<Credential> => {
  const credential = await credentialOf(c)
  if (credential.kind === 'none') throw new Refused('token required')
  return credential
}

/** `/api/admin`. */
export const site = new Hono<Env>().patch('/', valid('json', siteSettingsBody), async (c) => {
  const { blockedWords, reactions, ...settings } = c.req.valid('json')
  const changed = await changeSettings(c.var.db, await callerOf(c), {
    ...settings,
    now: Date.now(),
    blockedWords: blockedWords && storedWords(blockedWords),
    reactions: reactions && [...new Set(reactions)],
  })
  return c.json(settingsView(c.env, changed), 200)
})
