/** A setting that `npm run setup` asks for. `suggested` suits a public site; without it, the default of wrangler.toml is the suggestion. */
export type Question = { name: string; text: string; suggested?: string }

/** A domain and an account are no questions: they stand in settings.example.toml. */
export const questions: readonly Question[] = [
  { name: 'name', text: "The Worker's name. It is the first part of its address on workers.dev." },
  {
    name: 'IDENTITY',
    text: 'New names. open: anybody may write under them. protected: each acts only with its token.',
    suggested: 'protected',
  },
  {
    name: 'ROOMS',
    text: 'New chatrooms. anyone: their makers own them. site: they belong to the site. admin: only admins make them.',
    suggested: 'site',
  },
  {
    name: 'APPROVAL',
    text: 'Messages that wait for approval. none: of nobody. newcomers: until one of theirs was approved. all: of everybody.',
  },
  {
    name: 'RETENTION_DAYS',
    text: 'Days after which messages are removed for good. 0: they are kept.',
  },
  {
    name: 'BAN_NETWORK_HOURS',
    text: 'Hours for which a ban holds for the network too: docs/moderation.md. It also stops new people behind the same address. 0: it does not.',
  },
  {
    name: 'ARCHIVE_INDEX',
    text: 'Archives of chatrooms in search engines. on: they may be listed. off: search engines are asked not to list them.',
  },
  {
    name: 'ALLOWED_ORIGINS',
    text: 'Your pages, such as https://example.org, separated by commas. *: any page.',
  },
  {
    name: 'AVATAR_HOSTS',
    text: 'Hosts that may show pictures of people, such as gravatar.com, separated by commas. Empty: no pictures.',
  },
  {
    name: 'bucket_name',
    text: 'The R2 bucket for the files that people send. The deployment makes it, where R2 is switched on in your account. "" is none: people send text only.',
  },
  {
    name: 'FILE_BYTES',
    text: 'The largest file that people may send, in bytes.',
  },
  {
    name: 'TURNSTILE_SITE_KEY',
    text: 'The site key of a Turnstile widget, which keeps robots out: docs/go-public.md. Empty: none.',
  },
  {
    name: 'VAPID_SUBJECT',
    text: 'Web Push, which notifies people while your pages are closed: docs/push.md. An address at which push services reach you, such as mailto:you@example.org. Empty: no Web Push.',
  },
  {
    name: 'DAILY_WRITES',
    text: 'Rows that the server may write on a day. 90000 stays within the free plan. 0: no limit.',
  },
  {
    name: 'SWEEP_WRITES',
    text: 'The share of them for removing what is deleted or has expired. 0: no limit of its own.',
  },
]

/** Returns the value that an answer means. An answer that is no number stays as it was typed, so that an error can name it. */
export const typedValue = (answer: string, current: string | number): string | number => {
  if (answer === '""') return ''
  const number = Number(answer.replaceAll('_', ''))
  return typeof current === 'number' && !Number.isNaN(number) ? number : answer
}
