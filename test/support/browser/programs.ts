import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const { env, platform } = process

type Names = {
  /** Names of the command on the PATH, the preferred one first. */
  commands: string[]
  /** Names of the application on macOS. */
  macApps?: string[]
  /** Paths below the program folders of Windows. */
  windowsPrograms?: string[]
}

const candidates = ({ commands, macApps = [], windowsPrograms = [] }: Names): string[] => {
  if (platform === 'darwin')
    return macApps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app.toLowerCase()}`)
  if (platform === 'win32')
    return [env.LOCALAPPDATA, env.PROGRAMFILES, env['PROGRAMFILES(X86)']].flatMap((folder) =>
      folder ? windowsPrograms.map((program) => join(folder, program)) : [],
    )
  return (env.PATH ?? '').split(delimiter).flatMap((folder) => commands.map((name) => join(folder, name)))
}

export const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Returns the path of an installed program, or undefined. */
export const findProgram = (names: Names): string | undefined => candidates(names).find(isProgram)
