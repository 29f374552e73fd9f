/**
 * An event in a line of an IRC log. The logs have the format of irclogs.ubuntu.com:
 *
 *     [10:02] <jrib> text                             a message
 *     [10:02]  * jrib text                            an action, sent as `/me text`
 *     === jrib is now known as jrib_
 *     === jrib [n=jrib@example.org]  has joined #ubuntu
 *     === jrib [n=jrib@example.org]  has left #ubuntu ["bye"]
 *     === jrib was kicked off #ubuntu by op (reason)
 *
 * Other lines are notices: modes, topics, net splits, and the actions in logs older than 2008, which also begin with
 * `===`.
 */
export type IrcEvent =
  | { type: 'message'; nick: string; text: string }
  | { type: 'join'; nick: string }
  | { type: 'leave'; nick: string }
  | { type: 'nick'; from: string; to: string }
  | { type: 'notice' }

const message = /^\[\d\d:\d\d\] <([^>]+)>(?: (.*))?$/s
const action = /^\[\d\d:\d\d\] {2}\* (\S+)(?: (.*))?$/s
const presence = /^=== (.+?) +\[.*?\] +has (joined|left|quit)\b/s
const kick = /^=== (.+?) +was kicked (?:off|from) #/s
const nickChange = /^=== (.+?) +is now known as (.+)$/s

/** Removes the space that the logs have after each `]`, also in nicks: `bur[n] er` is `bur[n]er`. */
const repair = (nick: string): string => nick.replace(/\]\s+/g, ']').trim()

const isNick = (nick: string): boolean => nick !== '' && !/\s/.test(nick)

const parsed = (line: string): IrcEvent => {
  let match = message.exec(line)
  if (match) return { type: 'message', nick: repair(match[1] ?? ''), text: match[2] ?? '' }
  match = action.exec(line)
  if (match) return { type: 'message', nick: match[1] ?? '', text: `/me ${match[2] ?? ''}` }
  match = nickChange.exec(line)
  if (match) return { type: 'nick', from: repair(match[1] ?? ''), to: repair(match[2] ?? '') }
  match = presence.exec(line)
  if (match) return { type: match[2] === 'joined' ? 'join' : 'leave', nick: repair(match[1] ?? '') }
  match = kick.exec(line)
  if (match) return { type: 'leave', nick: repair(match[1] ?? '') }
  return { type: 'notice' }
}

/**
 * Parses one line without its line break. The text of a message is everything after the single space that follows the
 * nick, unchanged. It may be empty.
 */
export const parseLine = (line: string): IrcEvent => {
  const event = parsed(line)
  const nicks = event.type === 'notice' ? [] : event.type === 'nick' ? [event.from, event.to] : [event.nick]
  // "=== joe is now known as the best of us" is an action, because a nick has no spaces.
  return nicks.every(isNick) ? event : { type: 'notice' }
}

/** Returns the minutes after midnight that a line begins with, if it has a time. */
export const minutesOf = (line: string): number | undefined => {
  const [, hours, minutes] = /^\[(\d\d):(\d\d)\] /.exec(line) ?? []
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
}
