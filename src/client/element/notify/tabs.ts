/** Tells the other tabs of the site that this one shows a room, until the returned function is called. */
export const showRoom = (room: string): (() => void) => {
  const hidden = Promise.withResolvers<void>()
  // Without locks, in a page that isn't secure, each tab decides for itself.
  navigator.locks?.request(`parlour-shown ${room}`, { mode: 'shared' }, () => hidden.promise).catch(() => {})
  return hidden.resolve
}

/** Calls `act` in one tab after the other. `isShown` says whether a tab shows the room. */
export const eachTabInTurn = async (room: string, act: (isShown: boolean) => void): Promise<void> => {
  const { locks } = navigator
  if (!locks) return act(false)
  await locks.request(`parlour-notify ${room}`, async () => {
    const isShown = await locks.request(
      `parlour-shown ${room}`,
      { ifAvailable: true },
      async (lock) => lock === null,
    )
    act(isShown)
  })
}
