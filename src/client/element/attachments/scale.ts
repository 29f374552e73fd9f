/** A photograph with a longer side is scaled down before it is sent, unless the sender wants the original sent. */
export const MAX_SIDE = 2048
const QUALITY = 0.85
/** The first bytes in which an image says that it moves. */
const HEAD_BYTES = 64 * 1024

export type Scaled = { blob: Blob; width: number; height: number; from: { width: number; height: number } }

/** Tells whether a PNG or WebP holds several pictures, of which a canvas would keep one. */
const isAnimated = async (file: Blob): Promise<boolean> => {
  const head = new TextDecoder('latin1').decode(await file.slice(0, HEAD_BYTES).arrayBuffer())
  return /^\x89PNG.*acTL|^RIFF.{4}WEBP.*ANIM/s.test(head)
}

/** Scales a large image down. Resolves to undefined for any other file, and where that makes it no smaller. */
export const scaleDown = async (file: Blob): Promise<Scaled | undefined> => {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return undefined
  const bitmap = await createImageBitmap(file).catch(() => undefined)
  if (!bitmap) return undefined
  const from = { width: bitmap.width, height: bitmap.height }
  const scale = MAX_SIDE / Math.max(from.width, from.height)
  if (scale >= 1 || (file.type !== 'image/jpeg' && (await isAnimated(file)))) {
    bitmap.close()
    return undefined
  }
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(from.width * scale))
  canvas.height = Math.max(1, Math.round(from.height * scale))
  const pen = canvas.getContext('2d')
  if (pen) pen.imageSmoothingQuality = 'high'
  pen?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, file.type, QUALITY))
  // A browser that can't write this type writes a PNG.
  if (!blob || blob.type !== file.type || blob.size >= file.size) return undefined
  return { blob, width: canvas.width, height: canvas.height, from }
}
