import { html } from 'lit/html.js'
import type { Member } from '../../../contract/index.ts'
import { mentionOf } from '../../../contract/mentions.ts'
import { lazily } from '../../lazy.ts'
import { roomOf } from '../change-message.ts'
import type { ViewContext } from '../view-context.ts'
import type { CompletionSource } from './completion.ts'

const LIMIT = 6

const folded = (name: string): string => name.normalize('NFKC').toLowerCase()

/** Completes names after an `@`: of the people who have spoken lately, of those who are here, and of the first members. */
export const mentionCompletion = (context: ViewContext): CompletionSource => {
  /** Loads the members of a room once. */
  const membersOf = new WeakMap<object, () => Promise<{ members: Member[] }>>()
  const loadMembers = ({ conversation, activeClient }: ViewContext) => {
    const path = `/chatroom/${encodeURIComponent(conversation.name)}/member?limit=100`
    const load = membersOf.get(conversation) ?? lazily(() => activeClient.request('GET', path))
    membersOf.set(conversation, load)
    return load()
  }
  return {
    // A name in quotation marks may hold spaces. An `@` behind a letter belongs to a mail address, except in scripts without spaces.
    pattern:
      /(?:^|[^\p{L}\p{N}_]|[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}])([@＠]("[^"\n]{0,64}|[^\s"@＠]{0,64}))$/u,
    async suggest(written) {
      const { conversation, activeClient } = context
      const query = folded(written.replace(/^"/, ''))
      const speakers = conversation.timeline.entries
        .flatMap(({ userName, bot }) => (bot ? [] : (userName ?? [])))
        .reverse()
      const { members } = await loadMembers(context).catch(() => ({ members: [] }))
      const present = await roomOf(context).presence()
      const names = [...speakers, ...present, ...members.map(({ userName }) => userName)]
      const begins = (name: string) => folded(name).startsWith(query)
      return [...new Set(names)]
        .filter((name) => name !== activeClient.userName && folded(name).includes(query))
        .sort((one, other) => Number(begins(other)) - Number(begins(one)))
        .slice(0, LIMIT)
        .map((name) => ({ label: html`<bdi>${name}</bdi>`, text: `${mentionOf(name)} ` }))
    },
  }
}
