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
    name: 'ALLOWED_ORIGINS',
    text: 'Your pages, such as https://example.org, separated by commas. *: any page.',
  },
  {
    name: 'AVATAR_HOSTS',
    text: 'Hosts that may show pictures of people, such as gravatar.com, separated by commas. Empty: no pictures.',
  },
  {
    name: 'TURNSTILE_SITE_KEY',
    text: 'The site key of a Turnstile widget, which keeps robots out: docs/go-public.md. Empty: none.',
  },
  {
    name: 'DAILY_WRITES',
    text: 'Rows that the server may write on a day. 90000 stays within the free plan. 0: no limit.',
  },
]
