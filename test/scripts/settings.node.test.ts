import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { settingChanges } from '../../scripts/settings/changes.ts'
import { withSettings } from '../../scripts/settings/config.ts'
import { parseSettings, readDefaults } from '../../scripts/settings/file.ts'
import { typedValue } from '../../scripts/settings/questions.ts'
import { secretNames, workerRules } from '../../scripts/settings/rules.ts'
import { withLine } from '../../scripts/settings/write.ts'
import { prototypeParts } from '../../src/lib/checklist.ts'

const defaults = readDefaults()

/** Returns what is wrong with settings, a line each. */
const faultsOf = (content: string): string[] => {
  try {
    parseSettings(content, defaults.vars)
    return []
  } catch (error) {
    return (error as Error).message.split('\n')
  }
}

describe('settings.toml', () => {
  it.each([
    ['IDENTITY = "closed"', 'settings.toml:1: IDENTITY must be "open" or "protected", not "closed".'],
    ['\n# x\nROOMS = "Site"', 'settings.toml:3: ROOMS must be "anyone", "site" or "admin", not "Site".'],
    [
      'ROOMS_PER_DAY = -1',
      'settings.toml:1: ROOMS_PER_DAY must be a whole number, or 0 for no limit, not -1.',
    ],
    [
      'DAILY_WRITES = "90000"',
      'settings.toml:1: DAILY_WRITES must be a whole number, or 0 for no limit, not "90000".',
    ],
    [
      '\nIDENTITY = protected',
      'settings.toml:2: IDENTITY: invalid value. Write a setting as NAME = value, and a text in quotation marks: IDENTITY = "protected".',
    ],
    ['LOG = false', 'settings.toml:1: LOG must be "on" or "off", not false.'],
    ['JWT_ISSUER = 1', 'settings.toml:1: JWT_ISSUER must be a text in quotes, not 1.'],
    [
      'JWT_JWKS_URL = "http://login.example"',
      'settings.toml:1: JWT_JWKS_URL must be a URL that begins with https://, or empty, not "http://login.example".',
    ],
    ['workers_dev = "no"', 'settings.toml:1: workers_dev must be true or false, not "no".'],
    [
      'domain = "https://chat.example.org"',
      'settings.toml:1: domain must be a host such as "chat.example.org", without https://, not "https://chat.example.org".',
    ],
    [
      'name = "My Parlour"',
      'settings.toml:1: name must be lower-case letters, digits and dashes, at most 63, not "My Parlour".',
    ],
    ['rooms = "site"', 'settings.toml:1: rooms is no setting. Write ROOMS.'],
    [
      '[vars]\nROOMS = "site"',
      'settings.toml:1: [vars] is no setting. Write the settings without a line in square brackets.',
    ],
    [
      'RATE_LIMITS.ADDRESS = { limit = 1, period = 60 }',
      'settings.toml:1: RATE_LIMITS.ADDRESS is no limit. The limits are ADDRESS_WRITES, ADDRESS_READS, NAME_WRITES.',
    ],
    [
      'RATE_LIMITS.NAME_WRITES = { limit = 1, period = 30 }',
      'settings.toml:1: RATE_LIMITS.NAME_WRITES must be like { limit = 300, period = 60 }, where the period is 10 or 60 seconds, not {"limit":1,"period":30}.',
    ],
  ])('%j is refused with its line, and what is allowed', (content, fault) => {
    expect(faultsOf(content)).toEqual([fault])
  })

  it.each(['example.org', 'https://example.org/', 'https://example.org, nothing', ''])(
    'ALLOWED_ORIGINS = "%s" is no list of origins',
    (origins) => {
      expect(faultsOf(`ALLOWED_ORIGINS = "${origins}"`)).toHaveLength(1)
    },
  )

  it('an unknown name is refused with the names that exist', () => {
    const [fault = ''] = faultsOf('IDENTTY = "open"')
    expect(fault).toMatch(
      /^settings.toml:1: IDENTTY is no setting\. The settings are name, .*IDENTITY, .*\.$/,
    )
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(faultsOf(`${name} = "x"`)).toHaveLength(1)
  })

  it.each(secretNames)('the secret %s is refused, without its value', (name) => {
    const [fault = ''] = faultsOf(`${name} = "a-very-secret-text"`)
    expect(fault).toContain(`npm run wrangler -- secret put ${name}`)
    expect(fault).not.toContain('a-very-secret-text')
  })

  it('all that is wrong is said at once', () => {
    expect(faultsOf('ROOMS = 1\nLOG = 2')).toHaveLength(2)
  })

  it('every default of wrangler.toml is allowed', () => {
    for (const [name, value] of Object.entries(defaults.vars)) {
      const line = name === 'RATE_LIMITS' ? '' : `${name} = ${JSON.stringify(value)}`
      expect([name, faultsOf(line)]).toEqual([name, []])
    }
  })
})

describe('settings.example.toml', () => {
  const example = readFileSync('settings.example.toml', 'utf8')
  const uncommented = example.replace(/^# ([A-Za-z_.]+ = )/gm, '$1')

  it('is a file of settings, also with every line in force', () => {
    expect(faultsOf(example)).toEqual([])
    expect(faultsOf(uncommented)).toEqual([])
  })

  it('shows every setting that an owner may want', () => {
    const shown = Object.keys(parseSettings(uncommented, defaults.vars))
    const all = [...Object.keys(workerRules), ...Object.keys(defaults.vars)]
    const missing = all.filter((name) => !shown.includes(name))
    expect(missing).toEqual(['account_id', 'database_id', 'TURNSTILE_URL', 'TURNSTILE_SCRIPT_URL'])
  })
})

describe('the configuration', () => {
  it('has the settings in their places, and the rest as it is', () => {
    const settings = parseSettings(
      `name = "club"
      database_name = "club-data"
      domain = "chat.example.org"
      workers_dev = false
      invocation_logs = false
      analytics_dataset = "club"
      ROOMS = "site"
      RATE_LIMITS.NAME_WRITES = { limit = 5, period = 10 }`,
      defaults.vars,
    )
    const config = withSettings(defaults, settings)
    expect(config).toMatchObject({
      name: 'club',
      workers_dev: false,
      routes: [{ pattern: 'chat.example.org', custom_domain: true }],
      d1_databases: [{ binding: 'DB', database_name: 'club-data' }],
      r2_buckets: [{ binding: 'FILES', bucket_name: 'club-files' }],
      analytics_engine_datasets: [{ binding: 'ANALYTICS', dataset: 'club' }],
      observability: { enabled: true, logs: { enabled: true, invocation_logs: false } },
      vars: { ...defaults.vars, ROOMS: 'site', RATE_LIMITS: { NAME_WRITES: { limit: 5, period: 10 } } },
      main: 'src/index.ts',
    })
    const { ratelimits, vars } = config as {
      ratelimits: { name: string; simple: object }[]
      vars: { RATE_LIMITS: object }
    }
    expect(Object.fromEntries(ratelimits.map(({ name, simple }) => [name, simple]))).toEqual(vars.RATE_LIMITS)
    expect(withSettings(defaults, {})).toEqual(defaults)
  })
})

describe('a line of settings.toml', () => {
  it.each([
    ['ROOMS = "anyone" # mine\nLOG = "on"\n', 'ROOMS = "site"\nLOG = "on"\n'],
    ['# about\n# ROOMS = "anyone"\n', '# about\nROOMS = "site"\n'],
    ['LOG = "on"', 'LOG = "on"\nROOMS = "site"\n'],
    ['ROOMS_PER_DAY = 1\n[RATE_LIMITS]\n', 'ROOMS_PER_DAY = 1\nROOMS = "site"\n[RATE_LIMITS]\n'],
    ['', 'ROOMS = "site"\n'],
  ])('is written into %j', (before, after) => {
    expect(withLine(before, 'ROOMS', 'ROOMS = "site"')).toBe(after)
  })
})

describe('what is still a prototype’s', () => {
  const site = {
    ...defaults.vars,
    IDENTITY: 'protected',
    ROOMS: 'site',
    ALLOWED_ORIGINS: 'https://example.org',
  }
  const secrets = ['ADMIN_TOKEN', 'JWT_SECRET']

  it('is listed for the defaults, and nothing for a public site', () => {
    expect(prototypeParts(defaults.vars, [])).toHaveLength(5)
    expect(prototypeParts(site, secrets)).toEqual([])
  })

  it.each([
    [{ IDENTITY: 'open' }, secrets, 'IDENTITY'],
    [{ ROOMS: 'anyone' }, secrets, 'ROOMS'],
    [{ ALLOWED_ORIGINS: 'https://example.org, *' }, secrets, 'ALLOWED_ORIGINS'],
    [{}, ['JWT_SECRET'], 'ADMIN_TOKEN'],
    [{}, ['ADMIN_TOKEN'], 'TURNSTILE_SITE_KEY'],
    [{ TURNSTILE_SITE_KEY: 'x' }, secrets, 'TURNSTILE_SECRET'],
    [{}, [...secrets, 'TURNSTILE_SECRET'], 'TURNSTILE_SITE_KEY'],
    [{ FILE_BYTES_PER_DAY: 0 }, secrets, 'FILE_BYTES_PER_DAY'],
    [{ VAPID_SUBJECT: 'mailto:me@example.org' }, secrets, 'VAPID_PRIVATE_KEY'],
    [{ JWT_JWKS_URL: 'https://login.example' }, secrets, 'JWT_JWKS_URL'],
    [{ JWT_ROLE_CLAIM: 'user_metadata.role' }, secrets, 'JWT_ROLE_CLAIM'],
  ])('is told for %j with the secrets %j', (vars, set, name) => {
    const [part, ...more] = prototypeParts({ ...site, ...vars }, set)
    expect(part).toContain(name)
    expect(more).toEqual([])
  })
})

it('the settings of two versions differ by what is new, gone and changed', () => {
  const before = '[vars]\nSAME = 1\nGONE = "x"\nCHANGED = 1\n'
  const now = '[vars]\nSAME = 1\n# Something new.\n# It has two lines.\nNEW = "y"\nCHANGED = 2\n'
  expect(settingChanges(before, now, { CHANGED: 3 })).toEqual([
    { kind: 'gone', name: 'GONE', own: undefined },
    { kind: 'changed', name: 'CHANGED', before: 1, now: 2, own: 3 },
    { kind: 'new', name: 'NEW', now: 'y', about: ['Something new.', 'It has two lines.'], own: undefined },
  ])
})

it.each([
  ['30', 0, 30],
  ['90_000', 90_000, 90_000],
  ['"90"', 0, '"90"'],
  ['24 hours', 0, '24 hours'],
  ['24', '', '24'],
  ['""', 'x', ''],
])('the answer %s to a question whose value is %j means %j', (answer, current, value) => {
  expect(typedValue(answer, current)).toBe(value)
})
