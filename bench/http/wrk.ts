import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { asking, type Route, roomOf, userNames } from './routes.ts'

const run = promisify(execFile)

/** Throws unless wrk is there. */
export const findWrk = async (): Promise<void> => {
  try {
    await run('sh', ['-c', 'command -v wrk'])
  } catch {
    throw new Error('wrk is missing. On Debian and Ubuntu: apt-get install wrk')
  }
}

export type Load = {
  route: Route
  connections: number
  seconds: number
  headers: Record<string, string>
  /** In how many rooms, in turn. */
  rooms: number
}

/** Asks as often as is answered, on that many connections; throws when something is refused. */
export const wrk = async (
  port: number,
  { route, connections, seconds, headers, rooms }: Load,
): Promise<{ requests: number; seconds: number }> => {
  const { method } = asking(route, 0)
  const paths = Array.from({ length: rooms }, (_, i) => asking(route, 0, roomOf(i)).path)
  const bodies = userNames.flatMap((_, i) => {
    const { body } = asking(route, i)
    return body ? [JSON.stringify(body).replace(/#\d{8}/, '#00000000')] : []
  })
  const fields = Object.entries(headers)
  const { stdout } = await run('wrk', [
    ...[
      '-t',
      '1',
      '-c',
      String(connections),
      '-d',
      `${seconds}s`,
      '-s',
      join(import.meta.dirname, 'wrk.lua'),
    ],
    ...[`http://127.0.0.1:${port}`, '--', method, String(paths.length), ...paths],
    ...[String(fields.length), ...fields.flat(), ...bodies],
  ])
  const line = stdout.trimEnd().split('\n').at(-1) ?? ''
  const told: { requests: number; seconds: number; refused: number; lost: number } = JSON.parse(line)
  if (told.refused + told.lost > 0)
    throw new Error(`${route}: ${told.refused} refused and ${told.lost} lost of ${told.requests}`)
  return told
}
