export const isOpen = (socket: WebSocket): boolean => socket.readyState === WebSocket.OPEN

/** Sends or closes. Does nothing if the other end has gone: the close event tells of that. */
export const attempt = (act: () => void): void => {
  try {
    act()
  } catch {}
}
