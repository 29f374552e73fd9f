// Without zod, because the element and the admin page load it.

/** The types that are shown in place. All others are downloads. */
export const shownTypes: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/mp4',
  'audio/flac',
  'audio/webm',
]
