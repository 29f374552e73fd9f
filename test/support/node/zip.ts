import { crc32, deflateRawSync } from 'node:zlib'

const header = (signature: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size)
  bytes.writeUInt32LE(signature)
  return bytes
}

/** Returns a zip with these files, each with its name and content. */
export const zipOf = (files: readonly (readonly [string, string])[]): Buffer => {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [fileName, content] of files) {
    const name = Buffer.from(fileName)
    const data = Buffer.from(content)
    const packed = deflateRawSync(data)
    const local = header(0x04034b50, 30)
    const central = header(0x02014b50, 46)
    // The fields that both headers have, in the same order. 0x800: the name is UTF-8.
    for (const [fields, start] of [
      [local, 4],
      [central, 6],
    ] as const) {
      fields.writeUInt16LE(20, start)
      fields.writeUInt16LE(0x800, start + 2)
      fields.writeUInt16LE(8, start + 4)
      fields.writeUInt32LE(crc32(data), start + 10)
      fields.writeUInt32LE(packed.length, start + 14)
      fields.writeUInt32LE(data.length, start + 18)
      fields.writeUInt16LE(name.length, start + 22)
    }
    central.writeUInt32LE(offset, 42)
    parts.push(local, name, packed)
    directory.push(central, name)
    offset += local.length + name.length + packed.length
  }
  const end = header(0x06054b50, 22)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}
