/** The largest box of an image in the log, in CSS pixels. */
const BOX = { width: 360, height: 300 }

export type Size = { width: number; height: number }

/** Returns the size of an image in the log: it fits into the box and is not enlarged. */
export const shownSize = ({ width, height }: Size): Size => {
  const scale = Math.min(1, BOX.width / width, BOX.height / height)
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
