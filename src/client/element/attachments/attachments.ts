import { html, nothing } from 'lit/html.js'
import { lazily } from '../../lazy.ts'
import type { SendingFile } from '../../types.ts'
import { announce } from '../announcer.ts'
import { error } from '../controls.ts'
import { fileSize } from '../files/file-size.ts'
import * as fileIcons from '../files/icons.ts'
import { previewOf } from '../files/preview.ts'
import { fileTextsOf } from '../files/texts.ts'
import { isTouch } from '../keyboard.ts'
import css from '../styles/attachments.css'
import * as toolIcons from '../tool-icons.ts'
import type { FileTexts } from '../translations.ts'
import type { ViewContext } from '../view-context.ts'
import { Attachment } from './attachment.ts'
import { type Taken, takeFiles } from './taken.ts'

const loadUploads = lazily(() => import('../../uploads.ts'))

/** The most files of a message. */
const MAX_FILES = 10
const MAX_DESCRIPTION_CHARACTERS = 1000
/** While files are held over the room, the browser says so more often than this. */
const DRAG_MILLISECONDS = 600

/** The files of the message that is being written. */
export class Attachments {
  /** The most bytes of a file. Null: the server takes no files. Undefined until the server has said so. */
  #limit: number | null | undefined
  #asked: Promise<void> | undefined
  /** The files, by the names of their rooms. */
  readonly #byRoom = new Map<string, Attachment[]>()
  #problem: string | undefined
  #dragTimer: ReturnType<typeof setTimeout> | undefined
  readonly #context: ViewContext

  constructor(context: ViewContext) {
    context.adopt(css)
    this.#context = context
    void this.#ask()
  }

  /** Asks the server whether it takes files. After a failure, the next call asks again. */
  #ask(): Promise<void> {
    this.#asked ??= this.#context.activeClient
      .request<{ files: { bytes: number } | null }>('GET', '/api/hello')
      .then(
        ({ files }) => {
          this.#limit = files?.bytes ?? null
          // It also removes what an earlier page could not, and a message that is sent later may find no network.
          if (files) loadUploads().catch(() => {})
        },
        () => {
          this.#asked = undefined
        },
      )
      .then(() => this.#context.requestUpdate())
    return this.#asked
  }

  get #texts(): FileTexts {
    return fileTextsOf(this.#context.localizer)
  }

  get #room(): string {
    return this.#context.conversation.name
  }

  #filesOf(room = this.#room): Attachment[] {
    return this.#byRoom.get(room) ?? []
  }

  #set(files: Attachment[], room = this.#room): void {
    this.#byRoom.set(room, files)
    this.#context.requestUpdate()
  }

  /** Takes files that are pasted or dropped in a room. While they are held over it, this only shows where to drop them. */
  async take(files: readonly File[], type: string, room: string): Promise<void> {
    if (this.#context.conversation.chatroom?.archived) return
    clearTimeout(this.#dragTimer)
    const hide = () => {
      this.#dragTimer = undefined
      this.#context.requestUpdate()
    }
    this.#dragTimer = type === 'dragover' ? setTimeout(hide, DRAG_MILLISECONDS) : undefined
    this.#context.requestUpdate()
    if (type === 'dragover') return
    await this.#ask()
    if (this.#limit === null) this.#setProblem(this.#context.localizer.strings.noFiles)
    else
      this.#add(
        files.map((file) => new Attachment(file, file.name)),
        room,
      )
  }

  /** Says what is wrong, until the reader goes on writing. */
  #setProblem(problem: string | undefined): void {
    this.#problem = problem
    const forget = () => this.#setProblem(undefined)
    if (problem) this.#context.query('[part=input]')?.addEventListener('input', forget, { once: true })
    this.#context.requestUpdate()
  }

  #add(added: readonly Attachment[], room = this.#room): void {
    const { localizer } = this.#context
    // The part that shows them in the log is needed soon.
    void this.#context.loadFiles()
    const files = [...this.#filesOf(room), ...added]
    this.#set(files.slice(0, MAX_FILES), room)
    // The reader may have gone to another room meanwhile.
    if (room !== this.#room) return
    this.#setProblem(
      files.length > MAX_FILES
        ? localizer.insert(this.#texts.tooManyFiles, localizer.number(MAX_FILES)).join('')
        : undefined,
    )
    const names = added.map(({ name = '' }) => name).join(', ')
    announce(this.#context.query('[aria-live=polite]'), `${this.#texts.attached}: ${names}`)
    for (const { ready } of added) void ready.then(() => this.#context.requestUpdate())
    this.#context.focusOn('[part=input]')
  }

  /** Takes the files of a message that was refused back into its room. */
  restore(files: readonly SendingFile[], room: string): void {
    const blobs = files.flatMap(({ file, name, description }) =>
      file instanceof Blob ? new Attachment(file, name, description) : [],
    )
    if (blobs.length > 0) this.#add(blobs, room)
  }

  #remove(attachment: Attachment): void {
    this.#problem = undefined
    this.#set(this.#filesOf().filter((each) => each !== attachment))
    this.#context.focusOn('[part=input]')
  }

  /** Removes the files of all rooms. */
  clear(): void {
    this.#byRoom.clear()
    this.#setProblem(undefined)
  }

  /** Returns why a file can't be sent. */
  #problemOf(attachment: Attachment): unknown {
    const { localizer } = this.#context
    const { file, isUnreadable, isReady } = attachment
    if (isUnreadable) return this.#texts.fileUnreadable
    if (file.size === 0) return this.#texts.fileEmpty
    if (isReady && this.#limit && file.size > this.#limit)
      return localizer.insert(this.#texts.fileTooLarge, fileSize(this.#limit, localizer.lang))
    return undefined
  }

  /** Takes the files of a room as they are at this moment. */
  taken(room: string): Taken {
    return takeFiles({
      files: () => this.#filesOf(room),
      set: (files) => this.#set(files, room),
      refuses: (file) => {
        if (!this.#problemOf(file)) return false
        const place = this.#filesOf().indexOf(file) + 1
        this.#context.query<HTMLElement>(`.attached li:nth-child(${place}) button`)?.focus()
        return true
      },
    })
  }

  readonly #pick = ({ target }: Event) => {
    const input = target as HTMLInputElement
    this.#add([...(input.files ?? [])].map((file) => new Attachment(file, file.name)))
    // The same file may be chosen again.
    input.value = ''
  }

  readonly #choose = ({ currentTarget }: Event) => {
    ;((currentTarget as Element).nextElementSibling as HTMLInputElement).click()
  }

  #button(label: string, icon: unknown, part: string, isCamera: boolean): unknown {
    return html`<button
        type="button"
        class="icon attach"
        part=${part}
        title=${label}
        @click=${this.#choose}
      >${icon}</button
      ><input
        type="file"
        hidden
        aria-label=${label}
        ?multiple=${!isCamera}
        accept=${isCamera ? 'image/*' : nothing}
        capture=${isCamera ? 'environment' : nothing}
        @change=${this.#pick}
      />`
  }

  /** Renders the buttons that choose files, where the server takes some. */
  buttons(): unknown {
    if (!this.#limit) return nothing
    return [
      isTouch() ? this.#button(this.#texts.takePhoto, fileIcons.camera, 'photo', true) : nothing,
      this.#button(this.#texts.attach, fileIcons.attach, 'attach', false),
    ]
  }

  #sizes({ file, original, scaled, isReady }: Attachment): string {
    const { lang, strings, number } = this.#context.localizer
    if (!isReady) return strings.loading
    const sideBySide = ({ width, height }: { width: number; height: number }) =>
      `${number(width)} × ${number(height)}`
    const sent = fileSize(file.size, lang)
    if (!scaled) return sent
    return file === original ? `${sideBySide(scaled.from)}, ${sent}` : `${sideBySide(scaled)}, ${sent}`
  }

  /** Renders the choice between a scaled image and the original one. */
  #choice(attachment: Attachment): unknown {
    const { scaled, original, isOriginal } = attachment
    if (!scaled) return nothing
    const { lang } = this.#context.localizer
    const change = ({ target }: Event) => {
      attachment.isOriginal = (target as HTMLInputElement).checked
      this.#context.requestUpdate()
    }
    return html`<label class="original"
      ><input type="checkbox" part="original" .checked=${isOriginal} @change=${change} />
      ${this.#texts.sendOriginal} (${fileSize(original.size, lang)})</label
    >`
  }

  #item(attachment: Attachment): unknown {
    const { localizer, requestUpdate } = this.#context
    const { name = '', description, original } = attachment
    const preview = previewOf(original, () => requestUpdate.call(this.#context))
    const label = preview ? this.#texts.describeImage : this.#texts.describeFile
    const written = ({ target }: Event) => {
      attachment.description = (target as HTMLInputElement).value
    }
    return html`<li part="attachment">
      <span class="pre">${preview ? preview.canvas : fileIcons.file}</span>
      <div class="what">
        <p><bdi class="name">${name}</bdi> <small>${this.#sizes(attachment)}</small></p>
        <input
          type="text"
          part="description"
          dir="auto"
          maxlength=${MAX_DESCRIPTION_CHARACTERS}
          aria-label="${label}: ${name}"
          placeholder=${label}
          .value=${description}
          @input=${written}
          @keydown=${this.#keydown}
        />
        ${this.#choice(attachment)} ${error(this.#problemOf(attachment))}
      </div>
      <button
        type="button"
        class="icon"
        part="detach"
        title=${localizer.insert(this.#texts.detachFile, name).join('')}
        @click=${() => this.#remove(attachment)}
      >
        ${toolIcons.close}
      </button>
    </li>`
  }

  /** In the field for a description, Enter goes back to the text. */
  readonly #keydown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    this.#context.focusOn('[part=input]')
  }

  /** Renders the files of the message, and while some are held over the room, where to drop them. */
  list(): unknown {
    const files = this.#filesOf()
    return html`${
      this.#dragTimer !== undefined && this.#limit !== null
        ? html`<div class="drop-target" part="drop-target"><p>${fileIcons.attach} ${this.#texts.dropFiles}</p></div>`
        : nothing
    }
      ${error(this.#problem)}
      ${
        files.length > 0
          ? html`<div class="attached" part="attachments">
              <ul aria-label=${this.#texts.attached}>
                ${files.map((file) => this.#item(file))}
              </ul>
            </div>`
          : nothing
      }`
  }
}

export const attachments = (context: ViewContext): Attachments => new Attachments(context)
