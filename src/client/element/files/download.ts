/**
 * Saves a file of another origin under its name. By the link alone, the browser would show an image instead. Where the page's policy
 * forbids the request, the link does what it does.
 */
export const download = async (event: Event, urlOf: () => Promise<string>, name: string): Promise<void> => {
  event.preventDefault()
  const { ownerDocument } = event.currentTarget as Element
  const url = await urlOf()
  const bytes = await fetch(url)
    .then((response) => (response.ok ? response.blob() : undefined))
    .catch(() => undefined)
  const link = ownerDocument.createElement('a')
  link.href = bytes ? URL.createObjectURL(bytes) : url
  link.download = name
  if (!bytes) link.target = '_blank'
  link.click()
  if (bytes) setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
