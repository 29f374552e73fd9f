import type { ServerFrame } from '../contract/index.ts'
import { fieldsOf, parseJson } from './json.ts'

/** A frame of the server, or one of a type that this client does not know: a newer server may send some. */
export type Frame = ServerFrame | { type?: never; seq?: number }

/**
 * Returns the frames in a message of the server: one, or an array of them. Leaves out a frame whose number is none. The other values are
 * trusted, as those of an answer to a request are.
 */
export const parseFrames = (data: string | undefined): Frame[] =>
  [parseJson(data)]
    .flat()
    .map(fieldsOf)
    .filter(({ seq = 0 }) => Number.isInteger(seq)) as Frame[]
