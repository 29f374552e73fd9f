/**
 * `npm run deploy` creates the database and the bucket for files if the account has none of that name, applies the migrations, and deploys
 * the Worker. Where R2 isn't switched on in the account, it deploys without files. Migrations only add, so the old Worker can run on the new tables until the new one replaces it.
 *
 * The owner's settings are in settings.toml, which git ignores. Without a `database_id`, wrangler finds the database by its name.
 */
import { unstable_readConfig } from 'wrangler'
import { prototypeParts } from '../src/lib/checklist.ts'
import { makeBucket, SWITCHED_OFF } from './bucket.ts'
import { remoteSecrets } from './cloudflare.ts'
import { Stop } from './command.ts'
import { bucketNameIn, readConfiguration, writeConfiguration } from './settings/config.ts'
import type { Values } from './settings/rules.ts'
import { type WranglerOptions, wrangler } from './wrangler.ts'

const notReached = `
Could not list the D1 databases of your Cloudflare account. Wrangler's message is above.
If you are not logged in, run \`npm run wrangler -- login\`, or set CLOUDFLARE_API_TOKEN to a token that may edit Workers Scripts, D1 and Workers R2 Storage.
If you have several accounts, also set CLOUDFLARE_ACCOUNT_ID.`

const stop = (message: string, code = 1): never => {
  console.error(message)
  process.exit(code)
}

/** Runs one step. If it fails, the script ends. */
const step = async (args: string[], options?: WranglerOptions, help = '') => {
  const { code, stdout } = await wrangler(args, options)
  return code === 0 ? stdout : stop(help, code)
}

// `--env` or `--dry-run` would reach only the last step, after the wrong database has been changed.
if (process.argv.length > 2)
  stop('npm run deploy takes no arguments. To deploy another environment, set CLOUDFLARE_ENV to its name.')

/** Runs something. If it throws a `Stop`, the script ends. */
const orStop = async <T>(run: () => T | Promise<T>): Promise<T> => {
  try {
    return await run()
  } catch (error) {
    if (error instanceof Stop) return stop(error.message)
    throw error
  }
}

/** The vars that are uploaded, and the path of the configuration. */
const { vars, path } = await orStop(() => ({
  vars: (readConfiguration().vars ?? {}) as Values,
  path: writeConfiguration(),
}))
const config: {
  d1_databases: { binding: string; database_name?: string; database_id?: string }[]
  r2_buckets: { binding: string; bucket_name?: string }[]
} = unstable_readConfig({ config: path })
const database = config.d1_databases.find(({ binding }) => binding === 'DB')
const name =
  database?.database_name ??
  stop('wrangler.toml has no D1 binding "DB" with a database_name. Add one to [[d1_databases]].')

// With a `database_id` in wrangler.toml, that database is used.
if (!database?.database_id) {
  const list = await step(['d1', 'list', '--json'], { output: 'return' }, notReached)
  const databases: { name: string }[] = JSON.parse(list)
  if (!databases.some((each) => each.name === name)) {
    // Hides the advice to put an id into the configuration.
    await step(['d1', 'create', name], { output: 'hide' })
    console.log(`Created the D1 database "${name}".`)
  }
}

const bucket = bucketNameIn({ ...config })
const made = bucket === undefined ? undefined : await orStop(() => makeBucket(bucket))
if (made === 'made') console.log(`Created the R2 bucket "${bucket}".`)

const parts = prototypeParts(vars, (await remoteSecrets()) ?? [])
if (parts.length > 0)
  console.log(
    `\nStill as in a prototype (npm run setup asks for each setting; docs/go-public.md explains them):\n${parts.map((part) => `  - ${part}\n`).join('')}`,
  )
await step(['d1', 'migrations', 'apply', 'DB', '--remote'])
// Only this step may ask a question: a new account chooses its workers.dev subdomain here.
const configuration = made === 'off' ? await orStop(() => writeConfiguration({ files: false })) : path
await step(['deploy', ...(configuration ? ['--config', configuration] : [])], { mayAsk: true })
if (made === 'off') console.log(SWITCHED_OFF)
