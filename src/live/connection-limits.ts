import { LOCAL } from '../limits/request-limits'
import type { Attachment } from './attachment'

/** The most connections that one user, and one address, may have to a room. Above that, the oldest is closed. */
const MAX_OF_USER = 20
const MAX_OF_ADDRESS = 200

type Connection = [WebSocket, Attachment]

export const userTag = (userId: number): string => `user:${userId}`

/** Returns the tags of a socket, by which those of a user and of an address are found. An address on this machine is not limited. */
export const tagsOf = ({ user, addressKey }: Pick<Attachment, 'user' | 'addressKey'>): string[] => [
  ...(user === null ? [] : [userTag(user.id)]),
  ...(addressKey === undefined || addressKey === LOCAL ? [] : [`address:${addressKey}`]),
]

const hasToken = ({ actor }: Attachment): boolean => actor.credential.kind !== 'none'

const oldest = (connections: Connection[], most: number): WebSocket[] =>
  connections
    .sort(([, a], [, b]) => a.openedAt - b.openedAt)
    .slice(0, Math.max(0, connections.length - most))
    .map(([socket]) => socket)

/**
 * Returns the oldest connections that are too many, now that `newcomer` has come. `tagged` are the sockets that have one of its tags,
 * `listeners` all connections in the order of their coming.
 */
export const excessConnections = (
  tagged: Set<WebSocket>,
  listeners: Map<WebSocket, Attachment>,
  newcomer: Attachment,
): WebSocket[] => {
  if (tagged.size <= Math.min(MAX_OF_USER, MAX_OF_ADDRESS)) return []
  const { user, addressKey } = newcomer
  const alike = [...listeners].filter(([socket]) => tagged.has(socket))
  const ofAddress = alike.filter(([, other]) => other.addressKey === addressKey)
  const ofUser = alike.filter(
    // Anybody may use an open name without a token. That must not close the connections of the user whose token it has.
    ([, other]) =>
      other.user?.id === user?.id &&
      hasToken(other) === hasToken(newcomer) &&
      (hasToken(other) || other.addressKey === addressKey),
  )
  return [
    ...(user === null ? [] : oldest(ofUser, MAX_OF_USER)),
    ...(addressKey === undefined || addressKey === LOCAL ? [] : oldest(ofAddress, MAX_OF_ADDRESS)),
  ]
}
