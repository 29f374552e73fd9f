// The object of a webhook remembers these.

import type { Place } from './webhook-api'

/** The receiver does not answer as it should: how often, when to try again, and at which place. */
export type Failing = { count: number; next: number; key: string }
/** The rooms whose hubs are still to be told: those with an id below `before`. */
export type Announcing = { before: number; told: number }
/** A delivery that is sent once more. */
export type Again = Place & { place: number }

export const DUE = 'due:'
/** Returns the key under which the object of a webhook remembers a place. */
export const keyOf = ({ stream, roomId }: Place): string => `${DUE}${stream}:${roomId}`
/** Returns the place of such a key. */
export const placeOf = (key: string): Place => {
  const [, stream, roomId] = key.split(':')
  return { stream: stream as Place['stream'], roomId: Number(roomId) }
}
