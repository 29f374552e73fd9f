/** `npm run sweep` makes a server on this machine remove what is deleted or has expired now, and not only at the next hour. */
import { parseArgs } from 'node:util'
import { command, reason, Stop, serverUrl } from './command.ts'

const usage = `npm run sweep [-- --url URL]

Removes rows that are deleted or have expired from the database of a local server, once, as the cron trigger does each hour.

  --url URL   the local server; http://localhost:8787 unless given
  --help      this text`

/** Runs the cron trigger of a server that `wrangler dev` serves. Only there, the trigger has a URL. */
export const triggerSweep = async (url: string): Promise<void> => {
  const answer = await fetch(`${url}/cdn-cgi/local/scheduled`).catch((error: unknown) => {
    throw new Stop(`There is no server at ${url}: ${reason(error)}. Start it: npm start`)
  })
  await answer.body?.cancel()
  if (!answer.ok)
    throw new Stop(
      `${url} answered ${answer.status}. The trigger has a URL only where \`npm start\` serves. On Cloudflare it runs each hour.`,
    )
}

if (import.meta.main)
  await command(usage, async () => {
    const options = {
      url: { type: 'string', default: 'http://localhost:8787' },
      help: { type: 'boolean', default: false },
    } as const
    const { values } = parseArgs({ options })
    if (values.help) {
      console.log(usage)
      return 0
    }
    await triggerSweep(serverUrl(values.url))
    console.log('Done. GET /api/admin/usage tells what is left.')
    return 0
  })
