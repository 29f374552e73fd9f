import { readDefaults } from './file.ts'
import type { Values } from './rules.ts'

/** A difference between the settings of two versions. `own` is the owner's value, if there is one. */
export type SettingChange = { name: string; own: unknown } & (
  | { kind: 'new'; now: unknown; about: string[] }
  | { kind: 'gone' }
  | { kind: 'changed'; before: unknown; now: unknown }
)

/** Returns the comment that stands before a setting in wrangler.toml. */
const aboutOf = (content: string, name: string): string[] => {
  const lines = content.split('\n')
  const end = lines.findIndex((line) => new RegExp(`^${name}\\b`).test(line))
  let start = end
  while (start > 0 && lines[start - 1]?.startsWith('#')) start--
  return lines.slice(start, end).map((line) => line.replace(/^# ?/, ''))
}

/** Returns how the settings of one wrangler.toml differ from those of another. */
export const settingChanges = (before: string, now: string, own: Values): SettingChange[] => {
  const [{ vars: old }, { vars: next }] = [readDefaults(before), readDefaults(now)]
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])]
  return names.flatMap((name): SettingChange[] => {
    const common = { name, own: own[name] }
    if (!(name in next)) return [{ ...common, kind: 'gone' }]
    if (!(name in old)) return [{ ...common, kind: 'new', now: next[name], about: aboutOf(now, name) }]
    if (JSON.stringify(old[name]) === JSON.stringify(next[name])) return []
    return [{ ...common, kind: 'changed', before: old[name], now: next[name] }]
  })
}
