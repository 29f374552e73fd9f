/**
 * `npm run upgrade` brings the newest version: it pulls, installs the packages and deploys. With `--dry-run` it changes nothing, and lists the
 * migrations and settings that the upgrade would bring.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { command, Stop } from './command.ts'
import { type SettingChange, settingChanges } from './settings/changes.ts'
import { bucketNameIn, withSettings } from './settings/config.ts'
import { readDefaults, readSettings, SETTINGS } from './settings/file.ts'
import type { Values } from './settings/rules.ts'
import { wrangler } from './wrangler.ts'

const usage =
  'Usage: npm run upgrade [-- --dry-run]\n\n  --dry-run  lists what the upgrade would bring, and changes nothing'

const git = (...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync('git', args, { encoding: 'utf8' })
  if (status !== 0) throw new Stop(`git ${args.join(' ')} failed: ${stderr.trim()}`)
  return stdout.trimEnd()
}

/** Returns the branch that `git pull` merges, after fetching it. */
const fetchUpstream = (): string => {
  if (spawnSync('git', ['rev-parse', '--abbrev-ref', '@{upstream}']).status !== 0)
    throw new Stop(
      'This folder follows no repository, so there is nothing to upgrade from. Clone the repository, and copy settings.toml and .dev.vars into the clone.',
    )
  git('fetch', '--quiet')
  return '@{upstream}'
}

/** Returns the names of the migrations of a commit. */
const migrationsOf = (commit: string): string[] =>
  git('ls-tree', '--name-only', commit, 'migrations/')
    .split('\n')
    .map((path) => path.replace('migrations/', ''))
    .filter((name) => name.endsWith('.sql'))

/** Returns the names of the migrations that the deployed database has. Undefined if it can't be asked. */
const applied = async (): Promise<string[] | undefined> => {
  const query = ['d1', 'execute', 'DB', '--remote', '--json', '--command', 'SELECT name FROM d1_migrations']
  const { code, stdout } = await wrangler(query, { output: 'return', hidesErrors: true })
  if (code !== 0) return undefined
  const [{ results }]: [{ results: { name: string }[] }] = JSON.parse(stdout)
  return results.map(({ name }) => name)
}

const lineOf = (change: SettingChange): string => {
  const value = (given: unknown): string => JSON.stringify(given)
  switch (change.kind) {
    case 'new':
      return `  ${change.name} = ${value(change.now)} (new)\n${change.about.map((line) => `      ${line}\n`).join('')}`
    case 'gone':
      return `  ${change.name} is gone.${change.own === undefined ? '' : ` Remove it from ${SETTINGS} before you deploy.`}\n`
    case 'changed':
      return `  ${change.name}: the default ${value(change.before)} becomes ${value(change.now)}.${change.own === undefined ? '' : ` You keep ${value(change.own)}.`}\n`
  }
}

/** Returns the name of the bucket for files that the next deployment makes, if the newer wrangler.toml has one and the older has none. */
const newBucket = (before: string, now: string, own: Values): string | undefined => {
  const nameIn = (content: string) => bucketNameIn(withSettings(readDefaults(content), own))
  return nameIn(before) === undefined ? nameIn(now) : undefined
}

const section = (title: string, lines: string[]): string => `\n${title}\n${lines.join('') || '  none\n'}`

const dryRun = async (): Promise<void> => {
  const upstream = fetchUpstream()
  const count = Number(git('rev-list', '--count', `HEAD..${upstream}`))
  const versionOf = (commit: string): string => JSON.parse(git('show', `${commit}:package.json`)).version
  const there = await applied()
  const done = new Set(there ?? migrationsOf('HEAD'))
  const migrations = migrationsOf(upstream).filter((name) => !done.has(name))
  const own: Values = readSettings(readDefaults().vars) ?? {}
  const config = (commit: string): string => git('show', `${commit}:wrangler.toml`)
  const changes = settingChanges(config('HEAD'), config(upstream), own)
  const bucket = newBucket(config('HEAD'), config(upstream), own)
  console.log(
    count === 0
      ? `You have the newest version, ${versionOf('HEAD')}.`
      : `Version ${versionOf('HEAD')} becomes ${versionOf(upstream)}: ${count} ${count === 1 ? 'commit' : 'commits'}. CHANGELOG.md lists what is new.`,
  )
  console.log(
    section(
      there ? 'Migrations that your database would get:' : 'Migrations that this folder does not have yet:',
      migrations.map((name) => `  ${name}\n`),
    ) + section('Settings:', changes.map(lineOf)),
  )
  if (bucket !== undefined)
    console.log(
      `People can send files: the deployment makes the R2 bucket "${bucket}". Where R2 is not switched on in your account, it deploys without files.\nAn API token then needs the permission to edit Workers R2 Storage. For no files, write bucket_name = "" into ${SETTINGS}.\n`,
    )
  if (!there)
    console.log(
      'Your database on Cloudflare could not be asked: it is not there yet, or wrangler is not logged in.',
    )
  const edited = git('status', '--porcelain', '--untracked-files=no')
  if (edited !== '')
    console.log(
      `These files have changes of your own, which may be in the way:\n${edited}\nSettings belong into ${SETTINGS}.`,
    )
  console.log('Nothing was changed.')
}

const upgrade = (): void => {
  fetchUpstream()
  for (const [program, ...args] of [
    ['git', 'pull', '--ff-only'],
    ['npm', 'ci'],
    ['npm', 'run', 'deploy'],
  ] as const)
    execFileSync(program, args, { stdio: 'inherit', shell: process.platform === 'win32' })
}

await command(usage, async () => {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } })
  if (values['dry-run']) await dryRun()
  else upgrade()
  return 0
})
