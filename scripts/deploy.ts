/**
 * `npm run deploy`: first the database (made if the account has none of that name), then its migrations, then the
 * Worker. Migrations only add, so the old Worker runs on the new tables; the new one never meets the old tables.
 *
 * wrangler.toml has no `database_id`: wrangler finds the database by its name, so nobody has to edit anything.
 */
import { unstable_readConfig } from 'wrangler'
import { type WranglerOptions, wrangler } from './wrangler.ts'

const notReached = `
Could not read your Cloudflare account's databases; wrangler's own words are above.
Not logged in? Run \`npx wrangler login\`, or set CLOUDFLARE_API_TOKEN to a token that may edit Workers Scripts and D1.
More than one account? Set CLOUDFLARE_ACCOUNT_ID too.`

const stop = (message: string, code = 1): never => {
  console.error(message)
  process.exit(code)
}

/** Runs one step; if it fails, none of the later ones is run. */
const step = async (args: string[], options?: WranglerOptions, help = '') => {
  const { code, stdout } = await wrangler(args, options)
  return code === 0 ? stdout : stop(help, code)
}

// An `--env` or `--dry-run` that only the last step heeded would leave the wrong database changed.
if (process.argv.length > 2) stop('npm run deploy takes no arguments. CLOUDFLARE_ENV names an environment.')

const config: { d1_databases: { binding: string; database_name?: string; database_id?: string }[] } =
  unstable_readConfig({})
const database = config.d1_databases.find(({ binding }) => binding === 'DB')
const name = database?.database_name ?? stop('wrangler.toml has no D1 binding "DB" with a database_name.')

// Whoever has written a `database_id` into wrangler.toml wants that database and no other.
if (!database?.database_id) {
  const list = await step(['d1', 'list', '--json'], { output: 'return' }, notReached)
  const databases: { name: string }[] = JSON.parse(list)
  if (!databases.some((each) => each.name === name)) {
    // Hidden: its advice to put an id into the configuration.
    await step(['d1', 'create', name], { output: 'hide' })
    console.log(`Created the D1 database "${name}".`)
  }
}
await step(['d1', 'migrations', 'apply', 'DB', '--remote'])
// The one step that may ask: a new account chooses its workers.dev subdomain here.
await step(['deploy'], { mayAsk: true })
