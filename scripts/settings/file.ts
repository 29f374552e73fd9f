import { existsSync, readFileSync } from 'node:fs'
import { parse, TomlError } from 'smol-toml'
import { Stop } from '../command.ts'
import { faultOf, type Values } from './rules.ts'

/** The owner's settings, which git ignores. It stands beside wrangler.toml, which has the defaults. */
export const SETTINGS = 'settings.toml'
export const DEFAULTS = 'wrangler.toml'

/** Reads TOML. Throws a `Stop` that names the line of an error. */
export const parseToml = (file: string, content: string): Values => {
  try {
    return parse(content)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const name = /^\s*([\w-]+)\s*=/.exec(content.split('\n')[error.line - 1] ?? '')?.[1]
    const fault = error.message.replace(/^Invalid TOML document: /, '').split('\n')[0]
    throw new Stop(
      `${file}:${error.line}: ${name ? `${name}: ` : ''}${fault}. Write a setting as NAME = value, and a text in quotation marks: IDENTITY = "protected".`,
    )
  }
}

/** Reads the configuration of a project: wrangler.toml, unless its text is given. */
export const readDefaults = (content = readFileSync(DEFAULTS, 'utf8')): Values & { vars: Values } => {
  const defaults = parseToml(DEFAULTS, content)
  return { ...defaults, vars: (defaults.vars ?? {}) as Values }
}

/** Returns the number of the line on which a setting is, or that of its part. */
const lineOf = (content: string, name: string): number =>
  1 + content.split('\n').findIndex((line) => new RegExp(`^\\s*\\[?\\s*["']?${name}\\b`).test(line))

/** Checks settings. Throws a `Stop` that lists all that is wrong, each with its line. */
export const parseSettings = (content: string, vars: Values): Values => {
  const settings = parseToml(SETTINGS, content)
  const faults = Object.entries(settings).flatMap(([name, value]) => {
    const fault = faultOf(name, value, vars)
    return fault === undefined ? [] : [`${SETTINGS}:${lineOf(content, name)}: ${fault}`]
  })
  if (faults.length > 0) throw new Stop(faults.join('\n'))
  return settings
}

/** Reads the owner's settings. Undefined where there is no such file. */
export const readSettings = (vars: Values): Values | undefined =>
  existsSync(SETTINGS) ? parseSettings(readFileSync(SETTINGS, 'utf8'), vars) : undefined
