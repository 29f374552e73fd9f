import { type Scaled, scaleDown } from './scale.ts'

/** A file that is added to the message that is being written. */
export class Attachment {
  readonly key = crypto.getRandomValues(new Uint32Array(2)).join('-')
  readonly original: Blob
  readonly name: string | undefined
  description: string
  /** Set for a large image. */
  scaled: Scaled | undefined
  /** True if the sender wants to send the image as it is. */
  isOriginal = false
  isReady = false
  /** True for something that can't be read, such as a folder. */
  isUnreadable = false
  /** Resolves once it can be sent. */
  readonly ready: Promise<void>

  constructor(original: Blob, name?: string, description = '') {
    this.original = original
    this.name = name
    this.description = description
    this.ready = this.#prepare()
  }

  async #prepare(): Promise<void> {
    try {
      // A folder looks like a file until it is read.
      await this.original.slice(0, 1).arrayBuffer()
      this.scaled = await scaleDown(this.original)
    } catch {
      this.isUnreadable = true
    }
    this.isReady = true
  }

  /** The bytes to send. */
  get file(): Blob {
    return this.isOriginal ? this.original : (this.scaled?.blob ?? this.original)
  }
}
