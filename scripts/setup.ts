/**
 * `npm run setup` asks for the settings of a site, writes them into settings.toml, and makes an ADMIN_TOKEN, and a VAPID_PRIVATE_KEY for Web Push: in
 * .dev.vars for this machine, and as secrets of the Worker, if wrangler is logged in. It keeps what is set already. With `--yes`, or without a terminal, it takes the defaults.
 */
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { remoteSecrets } from './cloudflare.ts'
import { command } from './command.ts'
import { bucketNameIn, withSettings, writeConfiguration } from './settings/config.ts'
import { readDefaults, readSettings, SETTINGS } from './settings/file.ts'
import { type Question, questions, typedValue } from './settings/questions.ts'
import { faultOf, type Values } from './settings/rules.ts'
import { DEV_VARS, keepLocalSecret, writeSettings } from './settings/write.ts'
import { wrangler } from './wrangler.ts'

const usage = 'Usage: npm run setup [-- --yes]\n\n  --yes  takes the default of each setting'

type Ask = (question: Question, value: string | number) => Promise<string | number>

/** Asks on the terminal until the answer is allowed. */
const askOn =
  (terminal: ReturnType<typeof createInterface>, vars: Values): Ask =>
  async ({ name, text }, value) => {
    for (;;) {
      const answer = (await terminal.question(`\n${text}\n${name} [${value}]: `)).trim()
      if (answer === '') return value
      const wanted = typedValue(answer, value)
      const fault = faultOf(name, wanted, vars)
      if (fault === undefined) return wanted
      console.log(fault)
    }
  }

/** Sets a secret on Cloudflare, if it isn't set. */
const setRemoteSecret = async (name: string, value: string): Promise<void> => {
  const secrets = await remoteSecrets()
  if (secrets?.includes(name)) return console.log(`${name} is set on Cloudflare already. It stays as it is.`)
  const list = await wrangler(['d1', 'list', '--json'], { output: 'return', hidesErrors: true })
  if (list.code !== 0)
    return console.log(
      `${name} is not set on Cloudflare yet, because wrangler is not logged in. Run \`npm run wrangler -- login\`, then \`npm run setup\` again.`,
    )
  const { code } = await wrangler(['secret', 'put', name], { output: 'hide', input: value })
  console.log(
    code === 0
      ? `${name} is set on Cloudflare: the same as in ${DEV_VARS}.`
      : `${name} could not be set on Cloudflare. Wrangler says why above. Deploy, then run \`npm run setup\` again.`,
  )
}

/** Makes a secret, here and on Cloudflare, where it isn't set. `use` says what it is for. */
const keepSecret = async (name: string, use: string): Promise<void> => {
  const { token, isNew } = keepLocalSecret(name)
  console.log(
    isNew
      ? `${DEV_VARS} has a new ${name}. Keep a copy in your password manager: ${use}`
      : `${DEV_VARS} has a secret ${name} already. It stays as it is.`,
  )
  await setRemoteSecret(name, token)
}

const setup = async (): Promise<number> => {
  const { values } = parseArgs({ options: { yes: { type: 'boolean', default: false } } })
  const { vars, ...defaults } = readDefaults()
  const before = readSettings(vars)
  const bucket = bucketNameIn(withSettings({ ...defaults, vars }, before ?? {}))
  const worker: Values = { ...defaults, ...(bucket !== undefined && { bucket_name: bucket }) }
  const terminal =
    values.yes || !process.stdin.isTTY
      ? undefined
      : createInterface({ input: process.stdin, output: process.stdout })
  const ask: Ask = terminal ? askOn(terminal, vars) : async (_, value) => value
  const settings: Record<string, string | number> = {}
  try {
    for (const question of questions) {
      const { name, suggested } = question
      const inForce = before?.[name] ?? (before ? undefined : suggested) ?? vars[name] ?? worker[name] ?? ''
      const value = inForce as string | number
      settings[name] = await ask(question, value)
    }
  } finally {
    terminal?.close()
  }
  const written = writeSettings(settings, { ...worker, ...vars, ...before }, vars)
  console.log(
    written.length === 0
      ? `${SETTINGS} stays as it is.`
      : `${SETTINGS} has these settings now:\n${written.map((line) => `  ${line}\n`).join('')}`,
  )
  writeConfiguration()
  await keepSecret('ADMIN_TOKEN', 'anyone who has it can do anything.')
  if (settings.VAPID_SUBJECT)
    await keepSecret('VAPID_PRIVATE_KEY', 'with another one, everybody has to turn on Web Push again.')
  console.log('\nNext: npm start for this machine, or npm run deploy.')
  return 0
}

await command(usage, setup)
