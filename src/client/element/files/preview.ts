import { type Size, shownSize } from './image-size.ts'

/** A picture of a file that is not uploaded yet. It is drawn, so that no page's policy has to allow `blob:`. */
export type Preview = { canvas: HTMLCanvasElement; size: Size }

const previews = new WeakMap<Blob, Preview | 'none' | 'loading'>()

const draw = async (image: Blob): Promise<Preview> => {
  const bitmap = await createImageBitmap(image)
  const { width, height } = bitmap
  const shown = shownSize({ width, height })
  const canvas = document.createElement('canvas')
  const pixels = Math.min(devicePixelRatio, 2)
  canvas.width = Math.min(width, shown.width * pixels)
  canvas.height = Math.min(height, shown.height * pixels)
  canvas.style.setProperty('--width', `${shown.width}px`)
  const pen = canvas.getContext('2d')
  if (pen) pen.imageSmoothingQuality = 'high'
  pen?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  bitmap.close()
  return { canvas, size: { width, height } }
}

/** Returns the picture of a file, if it is one that the browser can show. Calls `changed` once it is drawn. */
export const previewOf = (file: unknown, changed: () => void): Preview | undefined => {
  if (!(file instanceof Blob) || !/^image\/(?!svg)/.test(file.type)) return undefined
  const known = previews.get(file)
  if (known === undefined) {
    previews.set(file, 'loading')
    draw(file).then(
      (preview) => {
        previews.set(file, preview)
        changed()
      },
      () => {
        previews.set(file, 'none')
        changed()
      },
    )
  }
  return typeof known === 'object' ? known : undefined
}
