import type { Locator, Page } from 'playwright-core'

/** A file as a page's input takes it. */
export type Picked = { name: string; mimeType: string; buffer: Buffer }

/** Draws a picture in a page's own canvas. */
export const picture = async (
  page: Page,
  name: string,
  { width = 300, height = 200, mimeType = 'image/png' } = {},
): Promise<Picked> => {
  const base64 = await page.evaluate(
    async ([width, height, type]) => {
      const canvas = new OffscreenCanvas(width, height)
      const pen = canvas.getContext('2d')
      for (let i = 0; i < 100; i++) {
        if (pen) pen.fillStyle = `hsl(${i * 37} 60% 50%)`
        pen?.fillRect((i % 10) * (width / 10), Math.floor(i / 10) * (height / 10), width / 10, height / 10)
      }
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type })).arrayBuffer())
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    },
    [width, height, mimeType] as const,
  )
  return { name, mimeType, buffer: Buffer.from(base64, 'base64') }
}

/** Returns a file of words. */
export const words = (name: string, text: string): Picked => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(text),
})

/** Chooses files in the dialog that the button of a `<parlour-room>` opens. */
export const pick = async (page: Page, files: Picked[]): Promise<void> => {
  const root = page.locator('parlour-room')
  await root.locator('[part="input"]').focus()
  const chosen = page.waitForEvent('filechooser')
  await root.getByRole('button', { name: 'Add images or files' }).click()
  await (await chosen).setFiles(files)
  await root.locator('[part="attachment"]').first().waitFor()
}

/** Pastes or drops files, with a text beside them if there is one, as a browser's event of that type does. Returns true if the element has taken them. */
export const give = (
  target: Locator,
  type: 'paste' | 'drop' | 'dragover',
  files: Picked[],
  text = '',
): Promise<boolean> =>
  target.evaluate(
    (element, [type, files, text]) => {
      const data = new DataTransfer()
      for (const { name, mimeType, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))
        data.items.add(new File([bytes], name, { type: mimeType }))
      }
      if (text) data.setData('text/plain', text)
      const init = { bubbles: true, cancelable: true, composed: true }
      const event =
        type === 'paste'
          ? new ClipboardEvent(type, { ...init, clipboardData: data })
          : new DragEvent(type, { ...init, dataTransfer: data })
      return !element.dispatchEvent(event)
    },
    [
      type,
      files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') })),
      text,
    ] as const,
  )
