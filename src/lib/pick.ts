/** Returns an object with only these keys of another. */
export const pick = <Row extends object, Key extends keyof Row>(
  row: Row,
  keys: readonly Key[],
): Pick<Row, Key> => {
  const picked: Partial<Pick<Row, Key>> = {}
  for (const key of keys) picked[key] = row[key]
  return picked as Pick<Row, Key>
}
