import { dollars } from './document.ts'

/** The usage of a month, as chat services count it. */
export type Month = { people: number; atOnce: number; messages: number }

export type Peer = {
  name: string
  source: string
  /** Returns the price of a month in words, or `not found`. */
  month: (month: Month) => string
  note: string
}

/** Ably counts a message once when it is sent and once for each receiver. */
const ably = ({ atOnce, messages }: Month): string => {
  const counted = messages * (1 + atOnce)
  if (counted <= 6_000_000 && atOnce <= 200) return '$0.00 (free package)'
  return `${dollars(29 + (counted / 1e6) * 2.5)} and connection minutes`
}

const pubnub = ({ people }: Month): string => {
  if (people <= 200) return '$0.00 (free, for tests)'
  return people <= 1000 ? dollars(98) : 'not found'
}

/** Sendbird allows concurrent connections for a twentieth of the month's people. */
const sendbird = ({ people, atOnce }: Month): string => {
  if (people <= 1000 && atOnce <= 50) return `${dollars(399)} (a trial is free)`
  return people <= 5000 && atOnce <= 250 ? dollars(399) : 'not found'
}

export const peers: Peer[] = [
  {
    name: 'Ably',
    source: 'https://ably.com/docs/pricing',
    month: ably,
    note: 'Standard package; the price of a million messages is from an older copy of https://ably.com/pricing/full-calculator, that of connection minutes was not found',
  },
  {
    name: 'PubNub',
    source: 'https://www.pubnub.com/pricing/',
    month: pubnub,
    note: 'Starter, up to a thousand people a month; as transcribed in https://github.com/api-evangelist/pubnub in May 2026, since the stored copy of the page is older',
  },
  {
    name: 'Stream',
    source: 'https://getstream.io/chat/pricing/',
    month: () => 'not found',
    note: 'the stored copy shows no prices; it says that teams of at most five with little revenue get a free Maker account',
  },
  {
    name: 'Sendbird',
    source: 'https://sendbird.com/pricing/chat',
    month: sendbird,
    note: 'Starter, billed by the month; as transcribed in https://github.com/api-evangelist/sendbird in May 2026. A thousand connections at once need a larger plan than those whose price was found',
  },
]
