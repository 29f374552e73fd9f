import type { Approval } from '../contract'
import { findLinks } from '../contract/links'
import { type BlockedWord, isAnyIn, wordsIn, wordsOf } from '../moderation/blocked-words'

/** The rules about messages as the database has them: one text of the room, and one of the site. See `ownRules` and `siteRules`. */
export type StoredRules = { own: string; ofSite: string | null }

type Row = [
  slowModeSeconds: number,
  newcomerLinkSeconds: number,
  newcomerMentionSeconds: number,
  blockedWords: string,
  approval: Approval | null,
]
/** The rules that hold in a room. `approval` is null where the var `APPROVAL` decides. */
export type RoomRules = {
  slowModeSeconds: number
  newcomerLinkSeconds: number
  newcomerMentionSeconds: number
  blockedWords: BlockedWord[]
  approval: Approval | null
}

const unset = '[0,0,0,"[]",null]'

const combine = ({ own, ofSite }: StoredRules): RoomRules => {
  const [slow, link, mention, words, approval]: Row = JSON.parse(own)
  const [siteSlow, siteLink, siteMention, siteWords, siteApproval]: Row = JSON.parse(ofSite ?? unset)
  return {
    slowModeSeconds: Math.max(0, slow || siteSlow),
    newcomerLinkSeconds: Math.max(0, link || siteLink),
    newcomerMentionSeconds: Math.max(0, mention || siteMention),
    blockedWords: wordsIn(words === '[]' ? siteWords : words),
    approval: approval ?? siteApproval,
  }
}

type Known = { stored: StoredRules; rules: RoomRules }

/**
 * The rules that rooms had last, by the room's key, and those that the site had. They tell which statement to run first, and the statement
 * stores nothing if the database has other rules: docs/decisions/0031
 */
const known = new Map<string, Known>()
const MAX_KNOWN = 10_000
let ofSite: string | null = null
let usual: Known = { stored: { own: unset, ofSite }, rules: combine({ own: unset, ofSite }) }

/** Returns the rules that a room had last. A room that is not known has probably none of its own. */
export const knownRules = (roomKey: string): Known => {
  const found = known.get(roomKey)
  if (!found) return usual
  if (found.stored.ofSite !== ofSite) noteRules(roomKey, { own: found.stored.own, ofSite })
  return known.get(roomKey) ?? usual
}

/** Remembers the rules of a room. */
export const noteRules = (roomKey: string, stored: StoredRules): void => {
  if (stored.ofSite !== ofSite) {
    ofSite = stored.ofSite
    usual = { stored: { own: unset, ofSite }, rules: combine({ own: unset, ofSite }) }
  }
  if (known.size >= MAX_KNOWN) known.clear()
  if (stored.own === unset) known.delete(roomKey)
  else known.set(roomKey, { stored, rules: combine(stored) })
}

/** Returns whether a text has a word that is blocked. */
export const hasBlockedWord = ({ blockedWords }: RoomRules, text: string): boolean =>
  blockedWords.length > 0 && isAnyIn(wordsOf(text), blockedWords)

/**
 * Returns for how many seconds after joining a text may not be posted, for its links and for names that it may mention; 0 if all members may
 * post it.
 */
export const heldBackSeconds = (
  { newcomerLinkSeconds: forLinks, newcomerMentionSeconds: forMentions }: RoomRules,
  { text, mentioned }: { text: string; mentioned: string | undefined },
): number =>
  Math.max(
    forLinks > 0 && findLinks(text).length > 0 ? forLinks : 0,
    mentioned === undefined ? 0 : forMentions,
  )

/** The checks that follow from the rules. Each is undefined where the rules need none. */
export type Checks = {
  /** In slow mode: the sender may have sent no message after this time. */
  sentBefore: number | undefined
  /** A text with a link or a mention is for those who joined at this time or before. */
  joinedBefore: number | undefined
  /** True if messages of newcomers wait for approval. */
  isForApproved: true | undefined
  /** True if only moderators may say this, or need no approval. */
  isForModerators: true | undefined
}
