/** Says that a file isn't what its first bytes promise. The message is a sentence for the sender. */
export class DamagedFile extends Error {
  override name = 'DamagedFile'
}
