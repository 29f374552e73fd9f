import { table } from '../../scripts/cost/document.ts'
import { atLeast, atMost, type Bound, compare, unique, verdict, withRatio, withSpread } from '../compare.ts'
import type { Heard, RoomfulSamples, Spoken } from './measure-roomful.ts'
import { peerOf } from './peers.ts'

const OURS = 'parlour-v2'
const THEIRS = 'socket.io-sqlite'
/** The least that a room with its messages in D1 can do. */
const FLOOR = 'minimal-d1'
/** The number of people that has goals. */
const PEOPLE = 50

type Goal = { what: string; beside: string; bound: Bound; why: string } & (
  | { of: 'spoken'; value: (sample: Spoken) => number }
  | { of: 'heard'; value: (sample: Heard) => number }
)

const goals = (perSecond: number): Goal[] => [
  {
    what: 'messages/s',
    beside: THEIRS,
    bound: atLeast(1.3),
    why: 'A room in which everybody types at once, such as a lecture, keeps up.',
    of: 'spoken',
    value: ({ messagesPerSecond }) => messagesPerSecond,
  },
  {
    what: 'CPU of a message',
    beside: THEIRS,
    bound: atMost(0.7),
    why: 'An object has one core, and its time is billed.',
    of: 'spoken',
    value: ({ cpuMicroseconds }) => cpuMicroseconds,
  },
  {
    what: `p99 at ${perSecond} messages/s`,
    beside: THEIRS,
    bound: atMost(1.3),
    why: 'Nobody should feel that the database is another machine.',
    of: 'heard',
    value: ({ p99 }) => p99,
  },
  {
    what: `p99 at ${perSecond} messages/s`,
    beside: FLOOR,
    bound: atMost(1.3),
    why: 'Nobody should feel our checks.',
    of: 'heard',
    value: ({ p99 }) => p99,
  },
]

const goalsTable = ({ spoken, heard }: RoomfulSamples, perSecond: number): string => {
  const rows = goals(perSecond).map(({ what, beside, bound, why, ...goal }) => {
    const pair: [string, string] = [OURS, beside]
    const compared =
      goal.of === 'spoken'
        ? compare(
            spoken.filter(({ people }) => people === PEOPLE),
            pair,
            goal.value,
          )
        : compare(
            heard.filter(({ people }) => people === PEOPLE),
            pair,
            goal.value,
          )
    const isMeasured = !Number.isNaN(compared.ratio)
    const ratio = isMeasured ? withSpread(compared) : '–'
    return [`${what} / ${peerOf(beside).title}`, bound.text, ratio, verdict(bound, compared.ratio), why]
  })
  return table([`${PEOPLE} people: ${peerOf(OURS).title}`, 'goal', 'ratio', '', 'why'], rows)
}

const peersTable = ({ spoken, heard }: RoomfulSamples, people: number, perSecond: number): string => {
  const speaking = spoken.filter((sample) => sample.people === people)
  const hearing = heard.filter((sample) => sample.people === people)
  const rows = unique(speaking.map(({ peer }) => peer)).map((peer) => {
    const pair: [string, string] = [peer, THEIRS]
    const shares = speaking.filter((sample) => sample.peer === peer).map(({ clientShare }) => clientShare)
    return [
      peerOf(peer).title,
      withRatio(
        compare(speaking, pair, ({ messagesPerSecond }) => messagesPerSecond),
        0,
      ),
      withRatio(
        compare(speaking, pair, ({ deliveriesPerSecond }) => deliveriesPerSecond),
        0,
      ),
      withRatio(
        compare(speaking, pair, ({ cpuMicroseconds }) => cpuMicroseconds),
        0,
      ),
      Math.max(...shares).toFixed(2),
      withRatio(
        compare(hearing, pair, ({ p50 }) => p50),
        1,
      ),
      withRatio(
        compare(hearing, pair, ({ p99 }) => p99),
        1,
      ),
    ]
  })
  const head = [
    `${people} people`,
    'messages/s',
    'deliveries/s',
    'µs of CPU a message',
    'client, cores',
    `p50 ms at ${perSecond}/s`,
    `p99 ms at ${perSecond}/s`,
  ]
  return table(head, rows)
}

/** Returns the roomful as Markdown: the goals, and a table for each number of people. */
export const roomfulReport = (samples: RoomfulSamples, perSecond: number): string => {
  const peoples = unique(samples.spoken.map(({ people }) => people))
  return [
    ...(peoples.includes(PEOPLE) ? [goalsTable(samples, perSecond)] : []),
    `In parentheses: the ratio to "${peerOf(THEIRS).title}".`,
    ...peoples.map((people) => peersTable(samples, people, perSecond)),
  ].join('\n\n')
}
