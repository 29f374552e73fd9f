import type { HTMLAttributes } from 'svelte/elements'
import type { ParlourCountAttributes } from './count.ts'
import type { ParlourRoomAttributes, ParlourRoomElement } from './room-element.ts'

export * from './element.ts'

declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    'parlour-count': ParlourCountAttributes & HTMLAttributes<HTMLElement>
    'parlour-room': ParlourRoomAttributes &
      Omit<HTMLAttributes<ParlourRoomElement>, keyof ParlourRoomAttributes> &
      Partial<Pick<ParlourRoomElement, 'client' | 'strings'>>
  }
}
