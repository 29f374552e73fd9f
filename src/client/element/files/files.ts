import { html, nothing } from 'lit/html.js'
import { lazily } from '../../lazy.ts'
import type { Sending, SendingFile } from '../../types.ts'
import { button } from '../controls.ts'
import { Panel } from '../panel.ts'
import css from '../styles/files.css'
import type { Entry } from '../timeline.ts'
import type { FileTexts } from '../translations.ts'
import type { ViewContext } from '../view-context.ts'
import { type ChatFile, labelOf, textOrFiles } from './file-names.ts'
import { fileSize } from './file-size.ts'
import * as fileIcons from './icons.ts'
import { shownSize } from './image-size.ts'
import { previewOf } from './preview.ts'
import { SignedUrls } from './signed-urls.ts'
import { fileTextsOf } from './texts.ts'
import type { ViewerOptions } from './viewer.ts'

const loadViewer = lazily(() => import('./viewer.ts'))

/** The side of an image that has no size, or is one of several, in CSS pixels. */
const TILE = 160
const TYPES_SHOWN = /^(image\/(jpeg|png|gif|webp|avif)|audio\/(mpeg|ogg|wav|mp4|flac|webm))$/

/** Returns the class of the grid for so many images. */
const gridOf = (count: number): string => ([1, 2, 4].includes(count) ? `of${count}` : '')

type Kind = 'image' | 'audio' | 'file'

/** Shows the files of messages. */
export class FilesView {
  /** Another object after each change of what is shown: the rows are rendered from it. */
  state: unknown = {}
  readonly #context: ViewContext
  /** The images that could not be loaded. They are shown as files. */
  readonly #broken = new Set<string>()
  /** The conversation whose URLs are known. */
  #conversation: unknown
  #signed: SignedUrls | undefined
  readonly #viewer: Panel<ViewerOptions>

  constructor(context: ViewContext) {
    context.adopt(css)
    this.#context = context
    this.#viewer = new Panel(context, loadViewer, ({ opener }) => opener)
  }

  readonly #changed = () => {
    this.state = {}
    this.#context.requestUpdate()
  }

  /** The URLs of the room that the element shows. */
  get urls(): SignedUrls {
    const { conversation } = this.#context
    if (!this.#signed || this.#conversation !== conversation) {
      this.#signed?.stop()
      this.#conversation = conversation
      this.#signed = new SignedUrls(this.#context, this.#changed)
    }
    return this.#signed
  }

  get #texts(): FileTexts {
    return fileTextsOf(this.#context.localizer)
  }

  /** Returns how a file is shown. */
  kindOf({ id, type }: ChatFile): Kind {
    if (this.#broken.has(id) || !TYPES_SHOWN.test(type)) return 'file'
    return type.startsWith('image/') ? 'image' : 'audio'
  }

  /** Takes note of an image that is loaded, or that could not be loaded. */
  readonly noteImage = async ({ type }: Event, file: ChatFile): Promise<void> => {
    const { urls } = this
    if (type === 'load') return urls.loaded(file.id)
    if (await urls.failed(file)) return
    this.#broken.add(file.id)
    this.#changed()
  }

  #image(file: ChatFile, seq: number, tabindex: number, isOnly: boolean): unknown {
    const { width, height } =
      isOnly && file.width && file.height
        ? shownSize({ width: file.width, height: file.height })
        : { width: TILE, height: TILE }
    const note = (event: Event) => this.noteImage(event, file)
    return html`<button
      type="button"
      class="picture"
      part="image"
      data-file=${file.id}
      tabindex=${tabindex}
      aria-haspopup="dialog"
      @click=${() => this.#viewer.open({ seq, id: file.id, opener: `${seq ? `[data-key="${seq}"]` : '[part=held]'} [data-file="${file.id}"]` })}
    ><img
        alt=${labelOf(file)}
        title=${file.description ?? nothing}
        width=${width}
        height=${height}
        loading="lazy"
        decoding="async"
        referrerpolicy="no-referrer"
        src=${this.urls.urlOf(file, seq)}
        @load=${note}
        @error=${note}
      /></button>`
  }

  #nameAndSize(name: string, bytes: number): unknown {
    return html`<bdi class="name">${name}</bdi> <small>${fileSize(bytes, this.#context.localizer.lang)}</small>`
  }

  #audio(file: ChatFile, seq: number, tabindex: number): unknown {
    const retry = async ({ target }: Event) => {
      const player = target as HTMLAudioElement
      if (!(await this.urls.failed(file))) return
      player.src = this.urls.urlOf(file, seq)
      void player.play()
    }
    return html`<div class="sound" part="audio" data-file=${file.id}>
      <p title=${file.name}>${fileIcons.sound} ${this.#nameAndSize(labelOf(file), file.bytes)}</p>
      <audio
        controls
        preload="none"
        tabindex=${tabindex}
        aria-label=${labelOf(file)}
        src=${this.urls.urlOf(file, seq)}
        @error=${retry}
      ></audio>
    </div>`
  }

  #download(file: ChatFile, seq: number, tabindex: number): unknown {
    /** A link that has ended would show an error in its place. */
    const click = async (event: Event) => {
      const link = event.currentTarget as HTMLAnchorElement
      if (!this.urls.isEnding) return
      event.preventDefault()
      await this.urls.renew()
      link.href = this.urls.urlOf(file, seq)
      link.click()
    }
    return html`<a
      class="file"
      part="file"
      data-file=${file.id}
      href=${this.urls.urlOf(file, seq)}
      download=${file.name}
      target="_blank"
      rel="noopener noreferrer"
      tabindex=${tabindex}
      title=${this.#texts.download}
      @click=${click}
    >${fileIcons.file} <span>${this.#nameAndSize(file.name, file.bytes)}${
      file.description ? html`<br /><small class="about" dir="auto">${file.description}</small>` : nothing
    }</span></a>`
  }

  /** Renders files: images first, in a grid if there are several, then the others, one below the other. */
  #list(files: readonly ChatFile[], seq: number, tabindex: number): unknown {
    const images = files.filter((file) => this.kindOf(file) === 'image')
    const others = files.filter((file) => this.kindOf(file) !== 'image')
    const isOnly = images.length === 1
    return [
      images.length > 0
        ? html`<div class="pictures ${gridOf(images.length)}">${images.map((file) => this.#image(file, seq, tabindex, isOnly))}</div>`
        : nothing,
      others.map((file) =>
        this.kindOf(file) === 'audio'
          ? this.#audio(file, seq, tabindex)
          : this.#download(file, seq, tabindex),
      ),
    ]
  }

  /** Renders the files of a message. */
  render({ files, seq }: Pick<Entry, 'files' | 'seq'>, tabindex: number): unknown {
    return html`<div class="files" part="files" id="files${seq}">${this.#list(files, seq, tabindex)}</div>`
  }

  /** Renders the files of a message that waits for approval. */
  held(files: readonly ChatFile[]): unknown {
    return files.length > 0 ? html`<div class="files" part="files">${this.#list(files, 0, 0)}</div>` : nothing
  }

  /** Renders how much of a file is uploaded. */
  #progress({ name = '', progress }: SendingFile): unknown {
    const { insert, number } = this.#context.localizer
    return html`<progress
      part="progress"
      max="1"
      .value=${progress}
      aria-label=${insert(this.#texts.uploading, name).join('')}
    >${number(Math.round(progress * 100))} %</progress>`
  }

  /** Renders the files of a message that is on its way, in the places that they will have, with how much of them is uploaded. */
  sending(sending: Sending): unknown {
    const { files, state } = sending
    const isPending = state === 'pending'
    const shown = files.map((file) => ({
      file,
      preview: previewOf(file.file, () => this.#context.requestUpdate()),
    }))
    const images = shown.filter(({ preview }) => preview)
    const progress = (file: SendingFile) => (isPending ? this.#progress(file) : nothing)
    return html`<div class="files" part="files">
      <div class="pictures ${gridOf(images.length)}" ?hidden=${images.length === 0}>
        ${images.map(
          ({ file, preview }) =>
            html`<div class="waiting" title=${file.description || nothing}>${preview?.canvas} ${progress(file)}</div>`,
        )}
      </div>
      ${shown
        .filter(({ preview }) => !preview)
        .map(
          ({ file }) =>
            html`<div class="waiting"><p>${fileIcons.file} ${this.#nameAndSize(file.name ?? '', file.bytes)}</p> ${progress(file)}</div>`,
        )}
      ${isPending ? button(this.#texts.cancelUpload, () => sending.discard(), 'cancel-upload', 'quiet') : nothing}
    </div>`
  }

  /** Renders a message with files in a few words: a small image, and its text or what stands for the files. */
  line(message: Pick<Entry, 'files' | 'message'>, text: string): unknown {
    const image = message.files.find((file) => this.kindOf(file) === 'image')
    return [
      image
        ? html`<img
            class="thumb"
            alt=${text === '' ? '' : labelOf(image)}
            width="16"
            height="16"
            loading="lazy"
            referrerpolicy="no-referrer"
            src=${this.urls.urlOf(image)}
            @error=${(event: Event) => this.noteImage(event, image)}
          /> `
        : fileIcons.file,
      ' ',
      text || textOrFiles(message),
    ]
  }

  /** Renders the viewer, if it is open. */
  viewer(): unknown {
    return this.#viewer.render()
  }
}

export const filesView = (context: ViewContext): FilesView => new FilesView(context)
