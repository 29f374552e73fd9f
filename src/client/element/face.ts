import { html, nothing, type TemplateResult } from 'lit/html.js'

/** Shows a picture once it is loaded. Until then, and if that fails, the letter below it is seen. */
const show = ({ target, type }: Event): void => {
  ;(target as HTMLElement).style.opacity = type === 'load' ? '1' : ''
}

/** Renders somebody's picture. Without one it is a letter, on always the same of five soft colours for a name. */
export const face = (name: string | null, avatar?: string | null): TemplateResult =>
  html`<span
    class=${name === null ? 'face' : `face hue${(name.length + name.charCodeAt(0)) % 5}`}
    aria-hidden="true"
    >${[...(name ?? '')][0]?.toLocaleUpperCase() ?? '·'}${
      avatar?.startsWith('https:')
        ? html`<img alt="" loading="lazy" referrerpolicy="no-referrer" src=${avatar} @load=${show} @error=${show} />`
        : nothing
    }</span
  >`
