/** `npm run cost`: writes docs/cost.md and the tables of docs/scale.md from what is measured and what is published. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { about, dollars, fill, round, table } from './cost/document.ts'
import { assumed, dailyWrites, measured } from './cost/measured.ts'
import { peers } from './cost/peers.ts'
import { freePerDay, object, paid, readOn, sources, storage, titles, type Usage } from './cost/prices.ts'
import { rates, room } from './cost/scale.ts'
import { bytesPerMessage } from './cost/size.ts'
import {
  beyondIncluded,
  endOfFree,
  frame,
  listenedDay,
  meters,
  monthOnPaid,
  post,
  shareOfFree,
  sum,
  visit,
} from './cost/usage.ts'

const DAYS = 30

const perMessage = (): string => {
  const ways: [string, (listeners: number) => Usage][] = [
    ['by POST', post],
    ['by POST, with an idempotency key', (listeners) => post(listeners, true)],
    ['as a frame on a WebSocket', frame],
  ]
  const rows = ways.flatMap(([way, usage]) =>
    [1, 10, 100].map((listeners) => [
      `${way}, ${listeners} listening`,
      ...meters.map((meter) => round(usage(listeners)[meter])),
      dollars(beyondIncluded(sum([1e6, usage(listeners)]))),
    ]),
  )
  return table(['A message', ...meters.map((meter) => titles[meter]), 'a million, paid plan'], rows)
}

const free = (): string => {
  const things: [string, Usage][] = [
    ['messages by POST', post(10)],
    ['messages by POST, with a key', post(10, true)],
    ['messages as frames', frame(10)],
    ['visits (the newest page and a connection)', visit],
    ['rooms that are listened to all day', listenedDay],
  ]
  const rows = things.map(([thing, each]) => {
    const { meter, isOurs, count } = endOfFree(each)
    return [
      thing,
      about(count),
      isOurs ? `our own \`DAILY_WRITES\`, ${about(dailyWrites)} rows` : titles[meter],
    ]
  })
  return table(['If there were nothing else', 'a day', 'what ends it'], rows)
}

type Site = {
  title: string
  people: number
  messages: number
  visits: number
  rooms: number
  roomDay: number
}
const sites: Site[] = [
  { title: 'A class', people: 30, messages: 200, visits: 60, rooms: 1, roomDay: 1 / 3 },
  { title: 'A busy site', people: 1000, messages: 10_000, visits: 2000, rooms: 1, roomDay: 1 },
]

const dayOf = ({ people, messages, visits, rooms, roomDay }: Site): Usage =>
  sum([messages, post(people, true)], [visits, visit], [rooms * roomDay, listenedDay])

const months = (): string => {
  const rows = sites.map((site) => {
    const day = dayOf(site)
    const { meter, share } = shareOfFree(day)
    const atOnce = { people: site.people, atOnce: site.people, messages: site.messages * DAYS }
    return [
      `${site.title}: ${site.people.toLocaleString('en')} listeners, ${site.messages.toLocaleString('en')} messages a day`,
      share <= 1 ? `yes: ${round(100 * share)} % of ${titles[meter]}` : `no: ${titles[meter]}`,
      dollars(monthOnPaid(sum([DAYS, day]))),
      ...peers.map(({ month }) => month(atOnce)),
    ]
  })
  return table(['A month', 'Free plan?', 'Paid plan', ...peers.map(({ name }) => name)], rows)
}

/** The days after which the busiest of these sites has filled a database of the free plan. */
const busyDays = (): number =>
  (storage.freeDatabaseGb * 1e9) /
  (Math.max(...sites.map(({ messages }) => messages)) * bytesPerMessage({ withKey: true }))

/** docs/cost.md. */
export const costDocument = (): string => `# What it costs

This page is written by \`npm run cost\` from what the tests measure (\`test/cost/prices.test.ts\`) and from prices as the
stored copies of the pages below had them on ${readOn}. Look them up before you count on them. Prices are in dollars, without tax.

## A message

${perMessage()}

A frame that goes out costs nothing, so a listener more costs only the time that the room's object is awake for it. What a client
says on its socket (\`read\`, typing) counts as one ${object.framesPerRequest}th of a request. CPU of the Worker is left out.

## What the free plan carries

${free()}

With a key a message writes ${measured.postWithKey.rowsWritten} rows instead of ${measured.post.rowsWritten}: the client library sends one with each. Past the quota
of a day, until midnight UTC: \`DAILY_WRITES\` makes writing answer 503 while reading goes on; past Cloudflare's own, what needs them fails.

## Idle listeners

A socket on which nothing is said costs nothing: pings are answered without waking the room's object. But a room with
listeners, one or a thousand, looks after them and the log every ${86_400 / measured.looksPerDay} seconds: ${round(measured.looksPerDay, 4)} requests to its object a day,
${dollars(beyondIncluded(sum([DAYS, listenedDay])))} a month beyond what is included. ${about(endOfFree(listenedDay).count)} rooms that are listened to day and night are what the free plan has.

## A month

${months()}

Each message has a key and reaches everybody; each person comes twice a day and reads a page; the class is at it
for eight hours a day, the site always, which fills the free plan's database of ${storage.freeDatabaseGb * 1000} MB in ${about(busyDays())} days. ${peers.map(({ name, note }) => `${name}: ${note}.`).join(' ')}

## What it is computed from

${table(
  ['', 'free, a day', 'paid, included a month', 'a million more'],
  meters.map((meter) => [
    titles[meter],
    freePerDay[meter].toLocaleString('en'),
    paid.included[meter].toLocaleString('en'),
    `$${paid.perMillion[meter]}`,
  ]),
)}

The paid plan is $${paid.dollars} a month. D1 stores ${storage.includedGb} GB in it, and $${storage.dollarsPerGb} a month for each more. An object is billed as ${object.gb} GB, and ${object.framesPerRequest} frames
to it as one request.

How long an object is awake can't be measured here; this is assumed, well above what \`npm run bench:live\` finds: ${assumed.wakeSeconds * 1000} ms for a
message and ${assumed.secondsPerDelivery * 1e6} µs for each listener, ${assumed.lookSeconds * 1000} ms for what waits for D1. It takes an isolate that is busy: one that is
new asks for small leases of \`DAILY_WRITES\` first, each a request to an object.

${[...Object.values(sources), ...peers.map(({ source }) => source)].map((source) => `- <${source}>`).join('\n')}
`

const docs = join(import.meta.dirname, '../docs')

/** docs/scale.md with its tables as they are now. */
export const scaleDocument = (): string =>
  fill(fill(readFileSync(join(docs, 'scale.md'), 'utf8'), 'room', room()), 'rates', rates())

if (import.meta.main) {
  writeFileSync(join(docs, 'cost.md'), costDocument())
  writeFileSync(join(docs, 'scale.md'), scaleDocument())
}
