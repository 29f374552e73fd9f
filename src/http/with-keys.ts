import { type Name, toName } from '../lib/name'

/** The fields of requests that hold the name of a user or of a room. */
const nameFields = ['name', 'userName', 'owner', 'author', 'chatroom', 'by'] as const

type WithKey<Value> = Value extends string ? Name : Value extends string[] ? Name[] : Value

/** Validated data in which each name comes with its key. */
export type WithKeys<Data> = {
  [Field in keyof Data]: Field extends (typeof nameFields)[number] ? WithKey<Data[Field]> : Data[Field]
}

/** Puts a pair of the name and its key in the place of each name. */
export const withKeys = <Data>(data: Data): WithKeys<Data> => {
  const named: Record<string, unknown> = { ...(data as object) }
  for (const field of nameFields) {
    const name = named[field]
    if (typeof name === 'string') named[field] = toName(name)
    else if (Array.isArray(name)) named[field] = name.map(toName)
  }
  return named as WithKeys<Data>
}
