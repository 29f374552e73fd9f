/** Parses JSON. Returns `undefined` for a text that is not JSON. */
export const parseJson = (text: string | null | undefined): unknown => {
  try {
    // Without this condition, looking for something that isn't stored would throw, which is slow.
    return text ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

/** Returns the fields of an object. A value of any other type has no named ones. */
export const fieldsOf = (value: unknown): Record<string, unknown> => ({ ...(value as object) })
