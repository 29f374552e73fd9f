import { html, nothing, type TemplateResult } from 'lit'
import type { Approval } from '../../contract/index.ts'

/** The value of a field that leaves a setting of a room to the site. */
const AS_SITE = ''

/** A setting as it holds, and for a room, whether the room has set it itself. */
type Setting<T> = { value: T; isOwn?: boolean }

const approvalNames: Record<Approval, string> = {
  none: 'None',
  newcomers: 'Those of newcomers',
  all: 'All',
}

export const approvalField = ({ value, isOwn }: Setting<Approval>): TemplateResult => html`<label>
  Messages that wait for approval
  <select name="approval">
    ${isOwn === undefined ? nothing : html`<option value=${AS_SITE} ?selected=${!isOwn}>As the site${isOwn ? '' : `: ${approvalNames[value].toLowerCase()}`}</option>`}
    ${Object.entries(approvalNames).map(
      ([approval, words]) =>
        html`<option value=${approval} ?selected=${isOwn !== false && approval === value}>${words}</option>`,
    )}
  </select>
</label>`

/** Returns a field for a number of seconds. That of a room may be empty. */
export const secondsField = (
  name: string,
  label: string,
  max: number,
  { value, isOwn }: Setting<number>,
): TemplateResult => html`<label>${label}${isOwn === undefined ? '' : '; empty: as the site'}
  <input
    name=${name}
    type="number"
    min="0"
    max=${max}
    ?required=${isOwn === undefined}
    placeholder=${isOwn === false ? `as the site: ${value}` : nothing}
    .value=${isOwn === false ? '' : String(value)}
  ></label>`

/** Returns the fields for the emoji that messages may be given. A room can't allow more than the site, except by a list. */
export const reactionFields = ({ value, isOwn }: Setting<string[] | null>): TemplateResult => {
  const chosen = isOwn === false ? AS_SITE : value === null ? 'any' : value.length === 0 ? 'none' : 'these'
  const choices = isOwn === undefined ? [['any', 'Any emoji']] : [[AS_SITE, 'As the site']]
  return html`<label>Reactions <select name="reacts">
      ${[...choices, ['these', 'These emoji only'], ['none', 'None']].map(
        ([choice, words]) => html`<option value=${choice} ?selected=${choice === chosen}>${words}</option>`,
      )}
    </select></label>
    <label>These emoji, with spaces between
      <input name="emoji" autocomplete="off" .value=${chosen === 'these' ? (value?.join(' ') ?? '') : ''}></label>`
}

/** Returns the parts of a text that are not empty. */
export const listOf = (text: string, separator: RegExp): string[] =>
  text.split(separator).flatMap((part) => part.trim() || [])

/** The settings of how long new members may not do something. */
const newcomerLimits = [
  ['newcomerLinkSeconds', 'links'],
  ['newcomerMentionSeconds', 'mentions'],
  ['newcomerReactionSeconds', 'reactions'],
] as const
type NewcomerLimit = (typeof newcomerLimits)[number][0]

export const newcomerFields = (settingOf: (name: NewcomerLimit) => Setting<number>): TemplateResult[] =>
  newcomerLimits.map(([name, words]) =>
    secondsField(name, `Seconds for which ${words} of a new member are refused`, 31_536_000, settingOf(name)),
  )

const secondsOf = (text: string | undefined) => (text === AS_SITE ? null : Number(text))

/** Saves the values that differ from those that the form shows, so that it undoes nothing that somebody else has saved meanwhile. */
export const saveChanged = async <Values extends object>(
  values: Values,
  shown: object,
  save: (changed: Partial<Values>) => Promise<unknown>,
): Promise<void> => {
  const changed = Object.entries(values).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(shown[name as keyof typeof shown]),
  )
  if (changed.length > 0) await save(Object.fromEntries(changed) as Partial<Values>)
}

/** Returns the settings of these fields as requests have them. Null leaves a setting to the site. */
export const settingsOf = (fields: Record<string, string>) => {
  const { approval, slowMode, reacts, emoji = '' } = fields
  return {
    approval: approval === AS_SITE ? null : approval,
    slowModeSeconds: secondsOf(slowMode),
    ...Object.fromEntries(newcomerLimits.map(([name]) => [name, secondsOf(fields[name])])),
    reactions: reacts === 'these' ? listOf(emoji, /\s+/) : reacts === 'none' ? [] : null,
  }
}
