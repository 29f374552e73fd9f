import { html, nothing } from 'lit/html.js'
import type { PanelView } from '../panel.ts'
import css from '../styles/viewer.css'
import * as toolIcons from '../tool-icons.ts'
import type { ViewContext } from '../view-context.ts'
import { download } from './download.ts'
import { type ChatFile, labelOf } from './file-names.ts'
import * as fileIcons from './icons.ts'
import { fileTextsOf } from './texts.ts'

export type ViewerOptions = {
  /** The number of the message; 0 for one that waits for approval. */
  seq: number
  /** The image that is shown first. */
  id: string
  /** Selects the element that takes the focus when the viewer closes. */
  opener: string
}

type Picture = { file: ChatFile; seq: number }

/** The most by which an image may become larger than the window. */
const MAX_ZOOM = 8

/** Shows the images of the room one at a time, as large as the window. */
class Viewer implements PanelView {
  readonly focus = '.viewer .stage'
  #current: ViewerOptions
  /** The factor by which the image is larger than the window. */
  #zoom = 1
  /** Is called once the next change is in the document. */
  #rendered = () => {}
  readonly #context: ViewContext
  readonly #close: () => void

  constructor(context: ViewContext, options: ViewerOptions, close: () => void) {
    this.#context = context
    this.#current = options
    this.#close = close
  }

  /** Returns the images of the messages that are loaded, or of those that wait for approval, oldest first. */
  #pictures(): Picture[] {
    const { conversation, files } = this.#context
    const imagesOf = (all: readonly ChatFile[] = [], seq = 0) =>
      all.filter((file) => files?.kindOf(file) === 'image').map((file) => ({ file, seq }))
    if (this.#current.seq === 0)
      return (conversation.held?.messages ?? []).flatMap((held) => imagesOf(held.files))
    return conversation.timeline.entries.flatMap((entry) => imagesOf(entry.files, entry.seq))
  }

  #show(pictures: readonly Picture[], index: number): void {
    const picture = pictures[index]
    if (!picture) return
    this.#current = { ...this.#current, seq: picture.seq, id: picture.file.id }
    this.#setZoom(1)
    // The button that had the focus may go.
    if (index === 0 || index === pictures.length - 1) this.#context.focusOn(this.focus)
  }

  /** Enlarges the image, and keeps its middle in the middle. */
  #setZoom(zoom: number): void {
    const stage = this.#dialog?.querySelector('.stage')
    const { scrollLeft = 0, scrollTop = 0, scrollWidth = 1, scrollHeight = 1 } = stage ?? {}
    const { clientWidth = 0, clientHeight = 0 } = stage ?? {}
    const x = (scrollLeft + clientWidth / 2) / scrollWidth
    const y = (scrollTop + clientHeight / 2) / scrollHeight
    this.#zoom = Math.min(MAX_ZOOM, Math.max(1, zoom))
    this.#rendered = () =>
      stage?.scrollTo(x * stage.scrollWidth - clientWidth / 2, y * stage.scrollHeight - clientHeight / 2)
    this.#context.requestUpdate()
  }

  /** Returns the size of an enlarged image: so many times that which fits into the window. */
  #sizeOf({ width, height }: ChatFile): string {
    const { clientWidth, clientHeight } = this.#dialog?.querySelector('.stage') ?? {}
    if (this.#zoom === 1 || !width || !height || !clientWidth || !clientHeight) return ''
    const scale = Math.min(1, clientWidth / width, clientHeight / height) * this.#zoom
    return `inline-size: ${width * scale}px; block-size: ${height * scale}px`
  }

  /** Goes so many images on. */
  #step(count: number): void {
    const pictures = this.#pictures()
    this.#show(pictures, this.#indexIn(pictures) + count)
  }

  #indexIn(pictures: readonly Picture[]): number {
    return pictures.findIndex(({ file }) => file.id === this.#current.id)
  }

  readonly #keydown = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const isZoomed = this.#zoom > 1
    const forward = this.#context.localizer.isRightToLeft ? 'ArrowLeft' : 'ArrowRight'
    switch (event.key) {
      case 'ArrowLeft':
      case 'ArrowRight':
        // In an enlarged image, the arrows scroll.
        if (isZoomed) return
        this.#step(event.key === forward ? 1 : -1)
        break
      case 'Home':
        this.#show(this.#pictures(), 0)
        break
      case 'End':
        this.#show(this.#pictures(), this.#pictures().length - 1)
        break
      case '+':
      case '=':
        this.#setZoom(this.#zoom * 2)
        break
      case '-':
        this.#setZoom(this.#zoom / 2)
        break
      case '0':
        this.#setZoom(1)
        break
      default:
        return
    }
    event.preventDefault()
  }

  /** Closes by a click beside the image. */
  readonly #click = (event: Event) => {
    if (event.target === event.currentTarget) this.#dialog?.close()
  }

  get #dialog(): HTMLDialogElement | null {
    return this.#context.query<HTMLDialogElement>('dialog.viewer')
  }

  #button(label: string, icon: unknown, part: string, click: () => unknown, isOff = false): unknown {
    return html`<button type="button" class="icon" part=${part} title=${label} ?disabled=${isOff} @click=${click}>
      ${icon}
    </button>`
  }

  render(): unknown {
    const { localizer, files } = this.#context
    const pictures = this.#pictures()
    const index = this.#indexIn(pictures)
    const picture = pictures[index]
    // The message may be deleted meanwhile.
    if (!picture || !files) {
      queueMicrotask(this.#close)
      return nothing
    }
    // It is in the document once the rendering is done.
    queueMicrotask(() => {
      const dialog = this.#dialog
      if (dialog?.isConnected && !dialog.open) dialog.showModal()
      this.#rendered()
      this.#rendered = () => {}
    })
    const { file, seq } = picture
    const { number, strings } = localizer
    const texts = fileTextsOf(localizer)
    const zoom = this.#zoom
    const url = files.urls.urlOf(file, seq)
    const urlNow = async () => {
      if (files.urls.isEnding) await files.urls.renew()
      return files.urls.newestOf(file)
    }
    const note = (event: Event) => files.noteImage(event, file)
    const isFirst = index === 0
    const isLast = index === pictures.length - 1
    return html`<dialog
      class="viewer"
      part="viewer"
      aria-label=${labelOf(file)}
      @keydown=${this.#keydown}
      @close=${this.#close}
    >
      <div class="bar">
        <span class="count">${number(index + 1)} / ${number(pictures.length)}</span>
        ${this.#button(texts.zoomOut, fileIcons.zoomOut, 'zoom-out', () => this.#setZoom(zoom / 2), zoom === 1)}
        ${this.#button(texts.zoomIn, fileIcons.zoomIn, 'zoom-in', () => this.#setZoom(zoom * 2), zoom === MAX_ZOOM)}
        <a class="icon" part="download" href=${url} download=${file.name} target="_blank" rel="noopener noreferrer" title=${texts.download} @click=${(event: Event) => download(event, urlNow, file.name)}>${fileIcons.download}</a>
        ${this.#button(strings.close, toolIcons.close, 'viewer-close', () => this.#dialog?.close())}
      </div>
      <div class="stage" tabindex="0" autofocus role="group" aria-label=${labelOf(file)} @click=${this.#click}>
        <img
          class=${zoom > 1 ? 'large' : ''}
          .style=${this.#sizeOf(file)}
          alt=${labelOf(file)}
          width=${file.width ?? nothing}
          height=${file.height ?? nothing}
          referrerpolicy="no-referrer"
          src=${url}
          @load=${note}
          @error=${note}
          @click=${() => this.#setZoom(zoom > 1 ? 1 : 2)}
        />
      </div>
      ${isFirst ? nothing : this.#button(texts.previousImage, fileIcons.previous, 'previous', () => this.#step(-1))}
      ${isLast ? nothing : this.#button(texts.nextImage, fileIcons.next, 'next', () => this.#step(1))}
      <p class="caption" dir="auto" role="status">${file.description ?? file.name}</p>
    </dialog>`
  }
}

export const open = (context: ViewContext, options: ViewerOptions, close: () => void): PanelView => {
  context.adopt(css)
  return new Viewer(context, options, close)
}
