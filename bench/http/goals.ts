import { table } from '../../scripts/cost/document.ts'
import { atLeast, atMost, type Bound, compare, type Sample, verdict, withSpread } from '../compare.ts'
import type { CountedWork } from './d1.ts'
import type { Throughput } from './rounds.ts'
import type { Route } from './routes.ts'

/** A goal for the ratio of Parlour to another peer on one route. */
type Goal = { route: Route; of: 'requests/s' | 'CPU'; peer: keyof typeof titles; bound: Bound; why: string }

/** The goals beside a floor that gives the same answers: the rest is Parlour's own work. */
const besideSameAnswers = (route: Route, least: number, why: string): Goal[] => [
  { route, of: 'requests/s', peer: 'answering', bound: atLeast(least), why },
  { route, of: 'CPU', peer: 'answering', bound: atMost(1.25), why },
]

const goals: Goal[] = [
  {
    route: 'send',
    of: 'requests/s',
    peer: 'telling',
    bound: atLeast(0.85),
    why: 'A busy room waits for its database, and not for our checks.',
  },
  {
    route: 'send',
    of: 'CPU',
    peer: 'telling',
    bound: atMost(1.25),
    why: 'Cloudflare bills CPU, and gives a free request 10 ms of it.',
  },
  {
    route: 'send',
    of: 'requests/s',
    peer: 'comments',
    // Level, within the noise of a run.
    bound: atLeast(0.95),
    why: 'Rooms, roles and live updates cost no speed beside a plain table of comments.',
  },
  {
    route: 'page',
    of: 'requests/s',
    peer: 'floor',
    bound: atLeast(0.85),
    why: 'Each visit loads a page of messages.',
  },
  { route: 'page', of: 'CPU', peer: 'floor', bound: atMost(1.25), why: 'As for a send.' },
  {
    route: 'join',
    of: 'requests/s',
    peer: 'floor',
    bound: atLeast(0.8),
    why: 'The members of a class all join in the same minute.',
  },
  { route: 'join', of: 'CPU', peer: 'floor', bound: atMost(1.25), why: 'As for a send.' },
  {
    route: 'list',
    of: 'requests/s',
    peer: 'floor',
    bound: atLeast(0.8),
    why: 'A site may show its rooms on each page.',
  },
  { route: 'list', of: 'CPU', peer: 'floor', bound: atMost(1.25), why: 'As for a send.' },
  ...besideSameAnswers('send', 0.85, 'Checks, live updates and limits cost little of a send.'),
  ...besideSameAnswers('page', 0.85, 'Replies, reactions and files cost nothing where there are none.'),
  ...besideSameAnswers('join', 0.8, 'As for a send.'),
  ...besideSameAnswers('list', 0.8, 'As for a page.'),
]

/** The numbers of concurrent requests that have goals. */
const CONNECTIONS = [10, 50]

const titles = {
  telling: 'the floor that tells an object',
  floor: 'the floor',
  answering: 'the floor with the same answers',
  comments: 'comments',
}
const measures = {
  'requests/s': ({ perSecond }: Throughput) => perSecond,
  CPU: ({ cpuMicroseconds }: Throughput) => cpuMicroseconds,
}

/** Returns the cells of a goal: for each number of connections the values, the ratio with its spread, and whether it is met. */
const cells = ({ route, of, peer, bound }: Goal, samples: Sample<Throughput>[]): string[] =>
  CONNECTIONS.map((connections) => {
    const taken = samples.filter((sample) => sample.route === route && sample.connections === connections)
    const compared = compare(taken, ['parlour', peer], measures[of])
    if (Number.isNaN(compared.ratio)) return '–'
    return `${withSpread(compared)} ${verdict(bound, compared.ratio)}`
  })

const ROWS_READ = atMost(10)

/** Returns the table of the goals. */
export const goalsTable = (samples: Sample<Throughput>[], works: CountedWork[]): string => {
  const rows = goals
    .filter(({ route }) => samples.some((sample) => sample.route === route))
    .map((goal) => [
      `${goal.route}: ${goal.of} / ${titles[goal.peer]}`,
      goal.bound.text,
      ...cells(goal, samples),
      goal.why,
    ])
  const sent = works.find(({ peer, route }) => peer === 'parlour' && route === 'send')
  const reads = sent && [
    'send: rows read',
    ROWS_READ.text,
    ...CONNECTIONS.map(() => `${sent.rowsRead} ${verdict(ROWS_READ, sent.rowsRead)}`),
    'A database does one thing at a time: the rows decide how many sends a second it carries.',
  ]
  const head = ['', 'goal', ...CONNECTIONS.map((connections) => `${connections} at once`), 'why']
  return table(head, [...rows, ...(reads ? [reads] : [])])
}
