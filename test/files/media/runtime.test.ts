import { describe, expect, it } from 'vitest'
import { cleaner } from '../../../src/files/media/cleaner'
import { DamagedFile } from '../../../src/files/media/damaged-file'

/** A GIF whose image is left out, because the cleaner reads the size only. */
const gif = Uint8Array.from('GIF89a\x03\0\x02\0', (character) => character.charCodeAt(0))

const send = async (chunks: Uint8Array[]) => {
  const { transform, size } = cleaner('image/gif')
  const writer = transform.writable.getWriter()
  const written = (async () => {
    for (const chunk of chunks) await writer.write(chunk)
    await writer.close()
  })()
  const [bytes] = await Promise.all([new Response(transform.readable).bytes(), written])
  return { bytes, size: size() }
}

describe('the cleaner in workerd', () => {
  it('is a stream that a body can pass', async () => {
    const sent = await send([gif.subarray(0, 4), gif.subarray(4)])
    expect(sent).toEqual({ bytes: gif, size: { width: 3, height: 2 } })
  })

  it('fails with a DamagedFile', async () => {
    await expect(send([gif.subarray(0, 4)])).rejects.toThrow(DamagedFile)
  })
})
