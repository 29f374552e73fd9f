// Also used by scripts/import.ts, so it imports nothing.

const ID_BYTES = 16

const newFileId = async (importId: string, id: string): Promise<string> => {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${importId} ${id}`))
  const bytes = new Uint8Array(hash, 0, ID_BYTES)
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

/**
 * Returns the ids that the files of an import get in an instance that is in use, by their ids in the file. Those may be taken there, by the very
 * room that was exported. The same import gives the same ids again.
 */
export const newFileIds = async (importId: string, ids: readonly string[]): Promise<Map<string, string>> =>
  new Map(await Promise.all(ids.map(async (id) => [id, await newFileId(importId, id)] as const)))
