const UNITS = ['kilobyte', 'megabyte', 'gigabyte'] as const
const STEP = 1000

/** Returns a size in words, such as `1.2 MB`. All small files have 1 kB. */
export const fileSize = (bytes: number, lang: string): string => {
  const kilobytes = bytes && Math.max(1, bytes / STEP)
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log(kilobytes || 1) / Math.log(STEP)))
  const options = { style: 'unit', unit: UNITS[power], maximumFractionDigits: power > 0 ? 1 : 0 } as const
  return new Intl.NumberFormat(lang, options).format(kilobytes / STEP ** power)
}
