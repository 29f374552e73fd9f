/**
 * `npm start` migrates the local database and serves on http://localhost:8787, without an account and without the
 * network. Further arguments are passed to `wrangler dev`: `npm start -- --port 3000`.
 */
import { parseArgs } from 'node:util'
import { command } from './command.ts'
import { writeConfiguration } from './settings/config.ts'
import { triggerSweep } from './sweep.ts'
import { wrangler } from './wrangler.ts'

const start = async (): Promise<number> => {
  // A wrong setting is told once, and not by each command that reads the settings.
  writeConfiguration()
  const migrated = await wrangler(['d1', 'migrations', 'apply', 'DB', '--local'], { output: 'hide' })
  if (migrated.code !== 0) {
    console.error(
      'Could not migrate the local database. To see the error, run: npm run wrangler -- d1 migrations apply DB --local',
    )
    return migrated.code
  }

  // Without `--ip`, only programs on this machine can reach the server. So the limits can leave them uncounted, and webhooks may lead to them.
  const isReachable = process.argv.some((argument) => argument === '--ip' || argument.startsWith('--ip='))
  const localVars = ['--var', 'LOOPBACK_ONLY:true', '--var', 'WEBHOOK_LOCALHOST:true']
  const binding = isReachable ? [] : ['--ip', 'localhost', ...localVars]

  // Cloudflare runs the cron trigger each hour, and `wrangler dev` never does.
  const { port } = parseArgs({ options: { port: { type: 'string', default: '8787' } }, strict: false }).values
  const sweep = () => triggerSweep(`http://localhost:${port}`).catch(() => undefined)
  setTimeout(sweep, 60_000).unref()
  setInterval(sweep, 3_600_000).unref()

  // On a terminal, `wrangler dev` reads hotkeys.
  return (await wrangler(['dev', ...binding, ...process.argv.slice(2)], { mayAsk: true })).code
}

await command('Usage: npm start [-- OPTIONS of wrangler dev]', start)
process.exit()
