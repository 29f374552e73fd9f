import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseSettings, SETTINGS } from './file.ts'
import type { Values } from './rules.ts'

export const DEV_VARS = '.dev.vars'
const EXAMPLE = 'settings.example.toml'

/** Returns TOML with a setting on its line, or on a new one before the first table. */
export const withLine = (content: string, name: string, line: string): string => {
  const there = new RegExp(`^${name}[ \\t]*=.*$`, 'm')
  const commented = new RegExp(`^#[ \\t]*${name}[ \\t]*=.*$`, 'm')
  for (const place of [there, commented]) if (place.test(content)) return content.replace(place, () => line)
  const table = content.search(/^\[/m)
  const end = table === -1 ? content.length : table
  const before = content.slice(0, end)
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n${content.slice(end)}`
}

/**
 * Writes the settings that differ from those in force into the owner's file, and keeps everything else in it. Returns the lines that it has
 * written. `vars` are the defaults of wrangler.toml.
 */
export const writeSettings = (settings: Values, inForce: Values, vars: Values): string[] => {
  const changed = Object.entries(settings).filter(([name, value]) => value !== (inForce[name] ?? ''))
  const lines = changed.map(([name, value]) => [name, `${name} = ${JSON.stringify(value)}`] as const)
  const isThere = existsSync(SETTINGS)
  if (isThere && lines.length === 0) return []
  const from = isThere ? SETTINGS : EXAMPLE
  const content = lines.reduce(
    (text, [name, line]) => withLine(text, name, line),
    existsSync(from) ? readFileSync(from, 'utf8') : '',
  )
  parseSettings(content, vars)
  writeFileSync(SETTINGS, content)
  return lines.map(([, line]) => line)
}

const secretIn = (content: string, name: string): string | undefined =>
  content.match(new RegExp(`^${name}[ \\t]*=[ \\t]*["']?([^"'\\s]+)["']?[ \\t]*$`, 'm'))?.[1]

/** Returns a secret of this machine; undefined if there is none. */
export const findLocalSecret = (name: string): string | undefined =>
  existsSync(DEV_VARS) ? secretIn(readFileSync(DEV_VARS, 'utf8'), name) : undefined

/** Returns a secret of this machine. Makes it if there is none. */
export const keepLocalSecret = (name: string): { token: string; isNew: boolean } => {
  if (!existsSync(DEV_VARS) && existsSync(`${DEV_VARS}.example`))
    copyFileSync(`${DEV_VARS}.example`, DEV_VARS)
  const content = existsSync(DEV_VARS) ? readFileSync(DEV_VARS, 'utf8') : ''
  const found = secretIn(content, name)
  if (found !== undefined) return { token: found, isNew: false }
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
  writeFileSync(DEV_VARS, withLine(content, name, `${name}=${token}`))
  // Only the owner of the file may read it.
  chmodSync(DEV_VARS, 0o600)
  return { token, isNew: true }
}
